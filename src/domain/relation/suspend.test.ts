import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import { addUnits } from "../deployment/deployment.ts";
import { type DesiredRelation, getDesired } from "../desired/desired.ts";
import { destroyRelation } from "../removal/removal.ts";
import {
  commitHook,
  deployRelatedPair,
  newModel,
  now,
  runAll,
  suiteOnEachStore,
} from "../testing.ts";
import * as membership from "./membership.ts";
import * as relation from "./relation.ts";
import { setSuspended } from "./suspend.ts";

suiteOnEachStore("suspended relations", (openStore) => {
  test("units leave a suspended relation, and enter it anew when it is resumed", async () => {
    await using store = await newPair(openStore);
    const told = { relation: 0, application: false, settings: { password: "x" } };
    await commitHook(store, "prod", { unit: "mysql/0", changes: { relations: [told] } });
    await suspend(store, true, "maintenance");
    const [seen] = await desiredOf(store, "0");
    assert.deepEqual([seen?.isSuspended, seen?.members.size], [true, 1]);
    const { isSuspended, suspendedReason } = await find(store);
    assert.deepEqual([isSuspended, suspendedReason], [true, "maintenance"]);

    for (const unit of ["wordpress/0", "mysql/0"]) await leave(store, unit);
    assert.deepEqual(await desiredOf(store, "0"), []);
    assert.deepEqual(await members(store), []);
    await suspend(store, false);
    assert.deepEqual(await members(store), ["mysql/0", "wordpress/0"]);
    const settings = await settingsOf(store, "mysql/0");
    assert.deepEqual(settings, addresses("10.0.0.1"));
    assert.deepEqual((await find(store)).suspendedReason, "");
  });

  test("a unit that leaves only when the relation has been resumed is back at once", async () => {
    await using store = await newPair(openStore);
    await suspend(store, true);
    await leave(store, "wordpress/0");
    await suspend(store, false);
    await leave(store, "mysql/0");
    assert.deepEqual(await members(store), ["mysql/0", "wordpress/0"]);
  });

  test("what a unit says when it is back has a version that nobody knows from before", async () => {
    await using store = await newPair(openStore);
    const tell = (password: string) => {
      const relations = [{ relation: 0, application: false, settings: { password } }];
      return commitHook(store, "prod", { unit: "mysql/0", changes: { relations } });
    };
    await tell("one");
    const before = await versionOf(store, "mysql/0");
    await suspend(store, true);
    await leave(store, "mysql/0");
    await suspend(store, false);
    const back = await versionOf(store, "mysql/0");
    await tell("two");
    assert.ok(before < back, `${before} comes before ${back}`);
    assert.equal(await versionOf(store, "mysql/0"), back + 1);
  });

  test("a unit that comes meanwhile takes no part before the relation is resumed", async () => {
    await using store = await newPair(openStore);
    await suspend(store, true);
    await store.write("prod", (tx) => addUnits(tx, "mysql", { count: 1, placement: [], now }));
    await runAll(store, "prod");
    assert.deepEqual(await members(store), ["mysql/0", "wordpress/0"]);
    assert.deepEqual(await desiredOf(store, "2"), []);
    await suspend(store, false);
    assert.deepEqual(await members(store), ["mysql/0", "mysql/1", "wordpress/0"]);
  });

  test("a relation that is suspended can be removed", async () => {
    await using store = await newPair(openStore);
    await suspend(store, true);
    await store.write("prod", async (tx) => destroyRelation(tx, await relation.get(tx, 0)));
    for (const unit of ["wordpress/0", "mysql/0"]) await leave(store, unit);
    assert.equal(await store.read("prod", (tx) => relation.find(tx, 0)), undefined);
  });

  test("suspending twice changes nothing, and what is being removed is not suspended", async () => {
    await using store = await newPair(openStore);
    await suspend(store, true, "first");
    const latest = await store.latestChange("prod");
    await suspend(store, true, "second");
    assert.equal(await store.latestChange("prod"), latest);
    await suspend(store, false);
    await store.write("prod", async (tx) => destroyRelation(tx, await relation.get(tx, 0)));
    await assert.rejects(suspend(store, true), {
      code: "not valid",
      message: 'cannot suspend or resume relation "wordpress:db mysql:server": is being removed',
    });
    const unknown = { isSuspended: true, reason: "", now };
    await assert.rejects(
      store.write("prod", (tx) => setSuspended(tx, 7, unknown)),
      {
        code: "not found",
        message: "relation 7 not found",
      },
    );
  });
});

async function newPair(openStore: () => Promise<Store>): Promise<Store> {
  const store = await openStore();
  await newModel(store);
  await deployRelatedPair(store, "prod");
  return store;
}

function suspend(store: Store, isSuspended: boolean, reason = ""): Promise<void> {
  return store.write("prod", (tx) => setSuspended(tx, 0, { isSuspended, reason, now }));
}

function leave(store: Store, unit: string): Promise<void> {
  return commitHook(store, "prod", { unit, facts: { leftRelation: 0 } });
}

function find(store: Store): Promise<relation.Relation> {
  return store.read("prod", (tx) => relation.get(tx, 0));
}

async function members(store: Store): Promise<string[]> {
  return (await store.read("prod", (tx) => membership.list(tx, [0]))).map(({ unit }) => unit);
}

async function versionOf(store: Store, name: string): Promise<number> {
  const found = await store.read("prod", (tx) => membership.list(tx, [0]));
  return found.find(({ unit }) => unit === name)?.version ?? 0;
}

function settingsOf(store: Store, member: string): Promise<membership.Settings> {
  return store.read("prod", (tx) => membership.getSettings(tx, { relation: 0, member }));
}

function addresses(address: string): membership.Settings {
  return {
    "egress-subnets": `${address}/32`,
    "ingress-address": address,
    "private-address": address,
  };
}

/** The relations of the only unit on the machine, as it is told of them. */
async function desiredOf(store: Store, machine: string): Promise<readonly DesiredRelation[]> {
  const { units } = await store.read("prod", (tx) => getDesired(tx, machine));
  return units.flatMap(({ relations }) => relations);
}
