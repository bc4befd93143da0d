import assert from "node:assert/strict";
import { test } from "node:test";
import type { PortRange } from "#charm/port-range.ts";
import type { Store } from "#store/store.ts";
import * as leadership from "../leadership/leadership.ts";
import * as membership from "../relation/membership.ts";
import { relate } from "../relation/relate.ts";
import * as relation from "../relation/relation.ts";
import { destroyRelation } from "../removal/removal.ts";
import {
  addCharm,
  allRows,
  commitHook,
  deployApp,
  deployPair,
  deployRelatedPair,
  newModel,
  now,
  provisionAll,
  runAll,
  suiteOnEachStore,
} from "../testing.ts";
import * as port from "./port.ts";
import * as unit from "./unit.ts";
import * as unitState from "./unit-state.ts";

const http: PortRange = { endpoint: "", protocol: "tcp", from: 80, to: 80 };

suiteOnEachStore("commits", (openStore) => {
  test("what a hook wrote takes effect, and what became of the unit", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    const claim = { application: "mysql", unit: "mysql/0", seconds: 30, now };
    await store.write("prod", (tx) => leadership.claim(tx, claim));
    await commitHook(store, "prod", {
      unit: "mysql/0",
      changes: {
        relations: [
          { relation: 0, application: false, settings: { host: "a", "private-address": "" } },
          { relation: 0, application: true, settings: { user: "jane" } },
        ],
        openPorts: [http],
        state: { seen: "yes" },
      },
      facts: { modifiedVersion: 5, isSettled: false },
    });

    const settings = (member: string) =>
      store.read("prod", (tx) => membership.getSettings(tx, { relation: 0, member }));
    assert.deepEqual(await settings("mysql/0"), {
      ...{ "egress-subnets": "10.0.0.1/32", host: "a", "ingress-address": "10.0.0.1" },
    });
    assert.deepEqual(await settings("mysql"), { user: "jane" });
    assert.deepEqual(await store.read("prod", (tx) => port.list(tx, "mysql/0")), [http]);
    const state = await store.read("prod", (tx) => unitState.get(tx, "mysql/0"));
    assert.deepEqual(state, { seen: "yes" });
    const after = await store.read("prod", (tx) => unit.get(tx, "mysql/0"));
    assert.deepEqual(
      [after.charm, after.modifiedVersion, after.isSettled, after.isInstalled, after.sequence],
      ["local:mysql-0", 5, false, true, 2],
    );
  });

  test("a commit that has been heard of changes nothing when it is said again", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    const hook = { unit: "mysql/0", changes: { openPorts: [http] } };
    await commitHook(store, "prod", { ...hook, sequence: 5 });
    await commitHook(store, "prod", { ...hook, changes: { closePorts: [http] }, sequence: 6 });
    const before = await allRows(store);

    for (const sequence of [5, 6]) await commitHook(store, "prod", { ...hook, sequence });
    assert.deepEqual(await allRows(store), before);
    await commitHook(store, "prod", { ...hook, sequence: 7 });
    assert.deepEqual(await store.read("prod", (tx) => port.list(tx, "mysql/0")), [http]);
  });

  test("a hook that has changed nothing is told to nobody", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    await commitHook(store, "prod", { unit: "mysql/0" });
    const sequence = async () =>
      (await store.read("prod", (tx) => unit.get(tx, "mysql/0"))).sequence;
    const [before, last] = [await store.latestChange("prod"), await sequence()];

    await commitHook(store, "prod", { unit: "mysql/0" });
    assert.deepEqual([await store.latestChange("prod"), await sequence()], [before, last + 1]);
    await commitHook(store, "prod", { unit: "mysql/0", facts: { isSettled: false } });
    assert.equal(await store.latestChange("prod"), before + 1);
  });

  test("a hook that closes a port can open a range around it", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    await commitHook(store, "prod", { unit: "mysql/0", changes: { openPorts: [http] } });
    const range = { ...http, to: 90 };
    const changes = { openPorts: [range], closePorts: [http] };
    await commitHook(store, "prod", { unit: "mysql/0", changes });

    assert.deepEqual(await store.read("prod", (tx) => port.list(tx, "mysql/0")), [range]);
  });

  test("if anything of it cannot be, nothing of a commit has happened", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    await deployApp(store, "prod", { name: "redis", metadata: "peers: {cluster: redis-ha}" });
    await runAll(store, "prod");
    await commitHook(store, "prod", { unit: "mysql/0", changes: { openPorts: [http] } });
    const before = await allRows(store);
    const good = { relation: 0, application: false, settings: { host: "a" } };
    const ofRelation = (id: number) => ({ relations: [good, { ...good, relation: id }] });

    for (const [changes, code, message] of [
      [
        { openPorts: [{ ...http, to: 90 }] },
        "not valid",
        'cannot open 80-90/tcp (unit "mysql/0"): conflicts with existing 80/tcp',
      ],
      [ofRelation(1), "not found", "relation 1 not found"],
      [ofRelation(7), "not found", "relation 7 not found"],
      [
        { relations: [good, { ...good, application: true }] },
        "unauthorized access",
        'cannot write relation settings of "mysql": "mysql/0" is not the leader',
      ],
    ] as const) {
      const whole = { relations: [good], closePorts: [], state: { seen: "yes" }, ...changes };
      const facts = { isSettled: false, leftRelation: 0, hasInstalled: true };
      await assert.rejects(commitHook(store, "prod", { unit: "mysql/0", changes: whole, facts }), {
        code,
        message,
      });
    }
    assert.deepEqual(await allRows(store), before);
  });

  test("only the leader writes for its application", async () => {
    await using store = await openStore();
    await newModel(store);
    const metadata = "peers: {cluster: mysql-ha}";
    await deployApp(store, "prod", { name: "mysql", metadata, units: 2 });
    await runAll(store, "prod");
    const claim = { application: "mysql", unit: "mysql/1", seconds: 30, now };
    await store.write("prod", (tx) => leadership.claim(tx, claim));
    const write = (name: string) => {
      const relations = [{ relation: 0, application: true, settings: { primary: name } }];
      return commitHook(store, "prod", { unit: name, changes: { relations } });
    };

    await write("mysql/1");
    await assert.rejects(write("mysql/0"), {
      code: "unauthorized access",
      message: 'cannot write relation settings of "mysql": "mysql/0" is not the leader',
    });
    const of = { relation: 0, member: "mysql" };
    assert.deepEqual(await store.read("prod", (tx) => membership.getSettings(tx, of)), {
      primary: "mysql/1",
    });
  });

  test("nothing can be committed for a unit that there is not", async () => {
    await using store = await openStore();
    await newModel(store);

    await assert.rejects(commitHook(store, "prod", { unit: "mysql/0" }), {
      code: "not found",
      message: 'unit "mysql/0" not found',
    });
  });
});

suiteOnEachStore("commits and relations", (openStore) => {
  test("the hook that installs a unit can write to the relations that it lets it into", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployPair(store, "prod");
    await provisionAll(store, "prod");
    await store.write("prod", (tx) => relate(tx, ["wordpress", "mysql"], now));
    const relations = [{ relation: 0, application: false, settings: { host: "a" } }];
    const hook = { unit: "mysql/0", changes: { relations } };
    await assert.rejects(commitHook(store, "prod", hook), { code: "not found" });
    await commitHook(store, "prod", { ...hook, facts: { hasInstalled: true } });

    const of = { relation: 0, member: "mysql/0" };
    assert.deepEqual(await store.read("prod", (tx) => membership.getSettings(tx, of)), {
      ...{ "egress-subnets": "10.0.0.1/32", host: "a" },
      ...{ "ingress-address": "10.0.0.1", "private-address": "10.0.0.1" },
    });
  });

  test("a unit enters with the charm that has the endpoint", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    const metadata = "provides: {server: mysql}\npeers: {cluster: mysql-ha}";
    const newer = await addCharm(store, "prod", { name: "mysql", metadata });
    const peer = { name: "cluster", role: "peer", interface: "mysql-ha", limit: 0 } as const;
    const endpoint = { application: "mysql", scope: "global", optional: false, ...peer } as const;
    const { id } = await store.write("prod", (tx) => relation.add(tx, [endpoint], now));

    await commitHook(store, "prod", { unit: "mysql/0" });
    assert.deepEqual(await membersOf(store, id), []);
    const facts = { charm: newer, modifiedVersion: 2, isSettled: false };
    await commitHook(store, "prod", { unit: "mysql/0", facts });
    assert.deepEqual(await membersOf(store, id), ["mysql/0"]);
  });

  test("a unit enters again with the same charm, for the relation may be a new one", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql", metadata: "peers: {cluster: mysql-ha}" });
    await runAll(store, "prod");
    const { id } = await store.write("prod", async (tx) => {
      const old = await relation.get(tx, 0);
      await relation.remove(tx, old);
      return relation.add(tx, old.endpoints, now);
    });
    await commitHook(store, "prod", { unit: "mysql/0" });
    assert.deepEqual(await membersOf(store, id), []);

    await commitHook(store, "prod", { unit: "mysql/0", facts: { modifiedVersion: 2 } });
    assert.deepEqual(await membersOf(store, id), ["mysql/0"]);
  });

  test("a unit has left with the last hook of a relation, and cannot write there any more", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    await store.write("prod", async (tx) => destroyRelation(tx, await relation.get(tx, 0)));
    const relations = [{ relation: 0, application: false, settings: { bye: "yes" } }];
    const last = { unit: "mysql/0", changes: { relations } };
    await commitHook(store, "prod", { ...last, facts: { leftRelation: 0 } });
    assert.deepEqual(await membersOf(store, 0), ["wordpress/0"]);

    await assert.rejects(commitHook(store, "prod", last), {
      code: "not found",
      message: "relation 0 not found",
    });
    assert.deepEqual(await membersOf(store, 0), ["wordpress/0"]);
  });

  test("what is written with the last hook about a relation that is gone already is dropped", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    const forced = { isForced: true };
    await store.write("prod", async (tx) => destroyRelation(tx, await relation.get(tx, 0), forced));
    assert.equal(await store.read("prod", (tx) => relation.find(tx, 0)), undefined);
    const relations = [{ relation: 0, application: false, settings: { bye: "yes" } }];
    const departed = { unit: "mysql/0", changes: { relations } };
    await assert.rejects(commitHook(store, "prod", departed), { code: "not found" });
    await commitHook(store, "prod", { ...departed, facts: { leftRelation: 0 } });
    assert.equal((await store.read("prod", (tx) => unit.get(tx, "mysql/0"))).sequence, 2);
  });

  test("leaving a relation that is gone already is harmless", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    await store.write("prod", async (tx) => relation.remove(tx, await relation.get(tx, 0)));

    await commitHook(store, "prod", { unit: "mysql/0", facts: { leftRelation: 0 } });
    assert.equal((await store.read("prod", (tx) => unit.get(tx, "mysql/0"))).sequence, 2);
  });
});

async function membersOf(store: Store, id: number): Promise<string[]> {
  const members = await store.read("prod", (tx) => membership.list(tx, [id]));
  return members.map((each) => each.unit);
}
