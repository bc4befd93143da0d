import assert from "node:assert/strict";
import { test } from "node:test";
import { destroyRelation, destroyUnit } from "../removal/removal.ts";
import * as status from "../status/status.ts";
import {
  after,
  commitHook,
  deployApp,
  deployRelatedPair,
  newModel,
  now,
  runAll,
  subordinate,
  suiteOnEachStore,
} from "../testing.ts";
import { goalStateOf } from "./goal-state.ts";
import { relate } from "./relate.ts";
import * as relation from "./relation.ts";
import { setSuspended } from "./suspend.ts";

const since = now.toString();

suiteOnEachStore("goal state", (openStore) => {
  test("a unit knows its peers, and the other side of each relation by its own endpoint", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    const { unitAgent, workload } = status.entities;
    await store.write("prod", async (tx) => {
      await status.set(tx, { entity: unitAgent("mysql/0"), status: "idle", now: after(5) });
      await status.set(tx, { entity: workload("mysql/0"), status: "active", now: after(7) });
    });

    const allocating = { status: "allocating", since };
    assert.deepEqual(await store.read("prod", (tx) => goalStateOf(tx, "wordpress/0")), {
      units: { "wordpress/0": allocating },
      relations: {
        db: {
          mysql: { status: "joined", since },
          "mysql/0": { status: "active", since: after(7).toString() },
        },
      },
    });
    assert.deepEqual((await store.read("prod", (tx) => goalStateOf(tx, "mysql/0"))).relations, {
      server: { wordpress: { status: "joined", since }, "wordpress/0": allocating },
    });
  });

  test("of subordinates a unit is told of its own alone, and of its principal", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql", units: 2 });
    await deployApp(store, "prod", { name: "nrpe", metadata: subordinate, units: 0 });
    await runAll(store, "prod");
    await store.write("prod", (tx) => relate(tx, ["nrpe", "mysql"], now));

    const told = async (name: string) => {
      const { units, relations } = await store.read("prod", (tx) => goalStateOf(tx, name));
      return [Object.keys(units), ...Object.values(relations).map(Object.keys)];
    };
    assert.deepEqual(await told("mysql/1"), [
      ["mysql/0", "mysql/1"],
      ["nrpe", "nrpe/1"],
    ]);
    assert.deepEqual(await told("nrpe/1"), [
      ["nrpe/0", "nrpe/1"],
      ["mysql", "mysql/1"],
    ]);
  });

  test("peers are no relation of the goal state's", async () => {
    await using store = await openStore();
    await newModel(store);
    const metadata = "peers: {cluster: mysql-ha}";
    await deployApp(store, "prod", { name: "mysql", metadata, units: 2 });

    const { units, relations } = await store.read("prod", (tx) => goalStateOf(tx, "mysql/1"));
    assert.deepEqual(Object.keys(units), ["mysql/0", "mysql/1"]);
    assert.deepEqual(relations, {});
  });

  test("a unit that goes is said to be going, and an error before what the workload says", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    await store.write("prod", async (tx) => {
      await destroyRelation(tx, await relation.get(tx, 0));
      await destroyUnit(tx, "mysql/0");
      const entity = status.entities.unitAgent("wordpress/0");
      await status.set(tx, { entity, status: "error", message: "hook failed", now: after(9) });
    });

    assert.deepEqual(await store.read("prod", (tx) => goalStateOf(tx, "wordpress/0")), {
      units: { "wordpress/0": { status: "error", since: after(9).toString() } },
      relations: {
        db: { mysql: { status: "joined", since }, "mysql/0": { status: "dying", since } },
      },
    });
  });

  test("a relation that is being removed is broken for a unit once that has left it", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    for (const unit of ["wordpress/0", "mysql/0"]) {
      await commitHook(store, "prod", { unit, facts: { hasInstalled: true } });
    }
    await store.write("prod", async (tx) => destroyRelation(tx, await relation.get(tx, 0)));
    const told = async () => {
      const goals = await store.read("prod", (tx) => goalStateOf(tx, "wordpress/0"));
      return goals.relations.db?.mysql?.status;
    };
    assert.equal(await told(), "joined");
    await commitHook(store, "prod", { unit: "wordpress/0", facts: { leftRelation: 0 } });
    assert.equal(await told(), "broken");
  });

  test("a suspended relation is said to be so", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    const suspension = { isSuspended: true, reason: "", now };
    await store.write("prod", (tx) => setSuspended(tx, 0, suspension));
    const { relations } = await store.read("prod", (tx) => goalStateOf(tx, "wordpress/0"));
    assert.equal(relations.db?.mysql?.status, "suspended");
  });

  test("there is no goal state of a unit that there is not", async () => {
    await using store = await openStore();

    await assert.rejects(
      store.read("prod", (tx) => goalStateOf(tx, "mysql/0")),
      { code: "not found", message: 'unit "mysql/0" not found' },
    );
  });
});
