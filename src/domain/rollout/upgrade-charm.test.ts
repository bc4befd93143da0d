import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import * as application from "../application/application.ts";
import { addUnits } from "../deployment/deployment.ts";
import * as membership from "../relation/membership.ts";
import { relate } from "../relation/relate.ts";
import * as relation from "../relation/relation.ts";
import { destroyApplication, destroyUnit } from "../removal/removal.ts";
import {
  addCharm,
  after,
  allRows,
  type CharmFiles,
  commitHook,
  deployApp,
  deployRelatedPair,
  newModel,
  noSettings,
  now,
  runAll,
  suiteOnEachStore,
} from "../testing.ts";
import * as unit from "../unit/unit.ts";
import * as rollout from "./rollout.ts";
import { type CharmUpgrade, upgradeCharm } from "./upgrade-charm.ts";
import { advanceAll } from "./watch.ts";

const cluster = "peers: {cluster: mysql-ha}";

suiteOnEachStore("upgrading a charm", (openStore) => {
  test("an application has its new charm at once, and all its units are on their way", async () => {
    await using store = await newMysql(openStore, { units: 2 });
    const charm = await addCharm(store, "prod", { name: "mysql" });
    await upgrade(store, charm, { channel: "8/edge" });

    const { charm: url, modifiedVersion, channel } = await getMysql(store);
    assert.deepEqual([url, modifiedVersion, channel], [charm, 2, "8/edge"]);
    const [started] = await store.read("prod", (tx) => rollout.list(tx));
    assert.ok(started);
    const { kind, subject, from, to, startedBy, state, plan } = started;
    assert.deepEqual(
      { kind, subject, from, to, startedBy, state, modifiedVersion: started.modifiedVersion },
      {
        ...{ kind: "charm", subject: "mysql", from: "local:mysql-0", to: charm },
        ...{ startedBy: "jane", state: "rolling", modifiedVersion: 2 },
      },
    );
    assert.deepEqual(plan, {
      ...{ waves: [["mysql/0", "mysql/1"]], inFlightMax: 2 },
      ...{ failuresMax: 0, patienceSeconds: null },
    });
    assert.deepEqual(
      started.members.map(({ stage }) => stage),
      ["upgrading", "upgrading"],
    );
    assert.deepEqual(await desiredOf(store, "mysql/1"), [charm, 2, "local:mysql-0"]);
  });

  test("a unit that is going keeps its charm, and a new one begins with the new one", async () => {
    await using store = await newMysql(openStore, { units: 2 });
    await store.write("prod", (tx) => destroyUnit(tx, "mysql/0"));
    const charm = await addCharm(store, "prod", { name: "mysql" });
    await upgrade(store, charm);
    const more = { count: 1, placement: [], now };
    await store.write("prod", (tx) => addUnits(tx, "mysql", more));

    assert.deepEqual(await desiredOf(store, "mysql/0"), ["local:mysql-0", 1, "local:mysql-0"]);
    assert.deepEqual(await desiredOf(store, "mysql/1"), [charm, 2, "local:mysql-0"]);
    assert.deepEqual(await desiredOf(store, "mysql/2"), [charm, 2, null]);
    const [started] = await store.read("prod", (tx) => rollout.list(tx));
    assert.deepEqual(
      started?.members.map(({ id }) => id),
      ["mysql/1"],
    );
  });

  test("an application without units has upgraded at once", async () => {
    await using store = await newMysql(openStore, { units: 0 });
    await upgrade(store, await addCharm(store, "prod", { name: "mysql" }));

    const [done] = await store.read("prod", (tx) => rollout.list(tx));
    assert.deepEqual([done?.state, done?.ended], ["done", now.toString()]);
  });

  test("the same charm again is no rollout, but notes what comes with it", async () => {
    await using store = await newMysql(openStore, { config: "options: {port: {type: int}}" });
    const settings = { texts: { port: "3307" }, yaml: "" };
    await upgrade(store, "local:mysql-0", { forceUnits: true, channel: "edge", settings });

    const { forceUnits, channel, modifiedVersion } = await getMysql(store);
    assert.deepEqual([forceUnits, channel, modifiedVersion], [true, "edge", 1]);
    assert.deepEqual(await settingsOf(store, "local:mysql-0"), { port: 3307 });
    assert.deepEqual(await store.read("prod", (tx) => rollout.list(tx)), []);
    await upgrade(store, "local:mysql-0");
    assert.equal((await getMysql(store)).forceUnits, false);
  });

  test("a charm can be followed by an older one, and each time counts anew", async () => {
    await using store = await newMysql(openStore);
    const charm = await addCharm(store, "prod", { name: "mysql" });
    await upgrade(store, charm);
    await upgrade(store, "local:mysql-0");

    assert.deepEqual(await desiredOf(store, "mysql/0"), ["local:mysql-0", 3, "local:mysql-0"]);
    await store.write("prod", (tx) => advanceAll(tx, after(1)));
    const [back] = await store.read("prod", (tx) => rollout.list(tx));
    assert.equal(back?.state, "rolling");
    const facts = { charm: "local:mysql-0", modifiedVersion: 3, isSettled: true };
    await commitHook(store, "prod", { unit: "mysql/0", facts });
    assert.equal(await store.write("prod", (tx) => advanceAll(tx, after(2))), false);
  });

  test("a newer rollout takes the place of the one that is under way, and both are remembered", async () => {
    await using store = await newMysql(openStore, { units: 2 });
    const charms: string[] = [];
    for (let count = 0; count < 2; count++) {
      charms.push(await addCharm(store, "prod", { name: "mysql" }));
    }
    const [first = "", second = ""] = charms;
    await upgrade(store, first);
    const facts = { charm: first, modifiedVersion: 2, isSettled: true };
    await commitHook(store, "prod", { unit: "mysql/0", facts });
    await store.write("prod", (tx) => advanceAll(tx, after(1)));
    await upgrade(store, second, { now: after(2) });

    const history = await store.read("prod", (tx) => rollout.list(tx));
    assert.deepEqual(
      history.map(({ id, to, state, ended, members }) => [
        ...[id, to, state, ended],
        members.map(({ stage }) => stage),
      ]),
      [
        [2, second, "rolling", "", ["upgrading", "upgrading"]],
        [1, first, "aborted", after(2).toString(), ["upgraded", "gone"]],
      ],
    );
    assert.deepEqual(await desiredOf(store, "mysql/0"), [second, 3, first]);
  });

  test("an application that is being removed may be given another charm", async () => {
    await using store = await newMysql(openStore);
    await store.write("prod", (tx) => destroyApplication(tx, "mysql"));
    const charm = await addCharm(store, "prod", { name: "mysql" });
    await upgrade(store, charm);

    assert.equal((await getMysql(store)).charm, charm);
  });
});

suiteOnEachStore("settings across charms", (openStore) => {
  const config = `
options:
  kept: {type: string}
  gone: {type: string}
  number-to-text: {type: int}
  text-to-number: {type: string}
  word-to-number: {type: string}
  whole-to-float: {type: int}
  reset: {type: string}
  unset: {type: int, default: 1}
`;
  const newer = `
options:
  kept: {type: string}
  new: {type: int}
  number-to-text: {type: string}
  text-to-number: {type: int}
  word-to-number: {type: int}
  whole-to-float: {type: float}
  reset: {type: string}
  unset: {type: int, default: 2}
`;
  const texts = {
    ...{ kept: "a", gone: "b", "number-to-text": "1", "text-to-number": "2" },
    ...{ "word-to-number": "two", "whole-to-float": "3", reset: "c" },
  };

  test("what fits the new charm's options is carried over, as they have it, and the rest dropped", async () => {
    await using store = await newMysql(openStore, { config, settings: { texts, yaml: "" } });
    const charm = await addCharm(store, "prod", { name: "mysql", config: newer });
    const yaml = "mysql: {new: 7, reset: null}";
    await upgrade(store, charm, { settings: { texts: {}, yaml } });

    assert.deepEqual(await settingsOf(store, charm), {
      ...{ kept: "a", "text-to-number": 2, "whole-to-float": 3, new: 7 },
    });
    const old = await settingsOf(store, "local:mysql-0");
    assert.deepEqual(new Set(Object.keys(old)), new Set(Object.keys(texts)));
  });

  test("what comes with the upgrade goes before what is carried over", async () => {
    await using store = await newMysql(openStore, { config, settings: { texts, yaml: "" } });
    const charm = await addCharm(store, "prod", { name: "mysql", config });
    await upgrade(store, charm, { settings: { texts: { kept: "z" }, yaml: "" } });

    assert.equal((await settingsOf(store, charm)).kept, "z");
    assert.equal((await settingsOf(store, "local:mysql-0")).kept, "a");
  });

  test("settings that the new charm cannot have refuse the upgrade", async () => {
    await using store = await newMysql(openStore, { config });
    const charm = await addCharm(store, "prod", { name: "mysql", config: newer });
    const before = await allRows(store);

    for (const [given, reason] of [
      [{ gone: "x" }, 'unknown option "gone"'],
      [{ new: "x" }, 'option "new" expected int, got "x"'],
    ] as const) {
      const settings = { texts: given, yaml: "" };
      const message = `parsing config settings: ${reason}`;
      await assert.rejects(upgrade(store, charm, { settings }), { code: "not valid", message });
    }
    assert.deepEqual(await allRows(store), before);
  });
});

suiteOnEachStore("peers across charms", (openStore) => {
  test("units take part in a new relation among peers with the charm that has it", async () => {
    await using store = await newMysql(openStore, { units: 2 });
    const charm = await addCharm(store, "prod", { name: "mysql", metadata: cluster });
    await upgrade(store, charm);
    assert.deepEqual(await peersOf(store), { "mysql:cluster": [] });

    const facts = { charm, modifiedVersion: 2, isSettled: false };
    await commitHook(store, "prod", { unit: "mysql/1", facts });
    assert.deepEqual(await peersOf(store), { "mysql:cluster": ["mysql/1"] });
    await commitHook(store, "prod", { unit: "mysql/0", facts });
    assert.deepEqual(await peersOf(store), { "mysql:cluster": ["mysql/0", "mysql/1"] });
  });

  test("a relation among peers goes with its endpoint, and another keeps its number", async () => {
    await using store = await newMysql(openStore, { metadata: `${cluster}\n` });
    const both = "peers: {cluster: mysql-ha, gossip: gossip}";
    await upgrade(store, await addCharm(store, "prod", { name: "mysql", metadata: both }));
    assert.deepEqual(await peersOf(store), { "mysql:cluster": ["mysql/0"], "mysql:gossip": [] });
    await upgrade(store, await addCharm(store, "prod", { name: "mysql", metadata: cluster }));
    assert.deepEqual(await peersOf(store), { "mysql:cluster": ["mysql/0"] });

    const { id } = await store.read("prod", async (tx) => {
      const [only] = await relation.list(tx);
      assert.ok(only);
      return only;
    });
    assert.equal(id, 0);
    await upgrade(store, await addCharm(store, "prod", { name: "mysql" }));
    assert.deepEqual(await peersOf(store), {});
  });

  test("peers of another interface are in another relation", async () => {
    await using store = await newMysql(openStore, { metadata: cluster });
    const metadata = "peers: {cluster: galera}";
    await upgrade(store, await addCharm(store, "prod", { name: "mysql", metadata }));

    const relations = await store.read("prod", relation.list);
    assert.deepEqual(
      relations.map(({ id, interface: its }) => [id, its]),
      [[1, "galera"]],
    );
    assert.deepEqual(await peersOf(store), { "mysql:cluster": [] });
  });

  test("a unit that still runs the endpoint's charm is among its peers at once", async () => {
    await using store = await newMysql(openStore, { metadata: cluster });
    await upgrade(store, await addCharm(store, "prod", { name: "mysql" }));
    await upgrade(store, "local:mysql-0");

    assert.deepEqual(await peersOf(store), { "mysql:cluster": ["mysql/0"] });
  });

  test("relations with others go on as they are", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    const before = await store.read("prod", relation.list);
    const metadata = "provides: {server: mysql}\nrequires: {host: juju-info}";
    const charm = await addCharm(store, "prod", { name: "mysql", metadata });
    await upgrade(store, charm);
    const facts = { charm, modifiedVersion: 2 };
    await commitHook(store, "prod", { unit: "mysql/0", facts });

    assert.deepEqual(await store.read("prod", relation.list), before);
    const { key } = await store.write("prod", (tx) => relate(tx, ["mysql:host", "wordpress"], now));
    assert.equal(key, "mysql:host wordpress:juju-info");
  });
});

type Mysql = Partial<CharmFiles> & { units?: number; settings?: CharmUpgrade["settings"] };

/** A model with mysql, whose units run. */
async function newMysql(openStore: () => Promise<Store>, files: Mysql = {}): Promise<Store> {
  const store = await openStore();
  await newModel(store);
  await deployApp(store, "prod", { name: "mysql", ...files });
  await runAll(store, "prod");
  return store;
}

function upgrade(store: Store, charm: string, changes: Partial<CharmUpgrade> = {}): Promise<void> {
  const forces = { force: false, forceBase: false, forceUnits: false };
  const rest = { application: "mysql", channel: "", settings: noSettings, startedBy: "jane", now };
  return store.write("prod", (tx) => upgradeCharm(tx, { charm, ...forces, ...rest, ...changes }));
}

function getMysql(store: Store): Promise<application.Application> {
  return store.read("prod", (tx) => application.get(tx, "mysql"));
}

function settingsOf(store: Store, charm: string): Promise<application.Settings> {
  const of = { application: "mysql", charm };
  return store.read("prod", (tx) => application.getSettings(tx, of));
}

/** What a unit is to run, and what it runs. */
async function desiredOf(store: Store, name: string): Promise<unknown[]> {
  const found = await store.read("prod", (tx) => unit.get(tx, name));
  return [found.desiredCharm, found.desiredModifiedVersion, found.charm];
}

/** Who takes part in each relation, by its key. */
function peersOf(store: Store): Promise<Readonly<Record<string, string[]>>> {
  return store.read("prod", async (tx) => {
    const peers: Record<string, string[]> = {};
    for (const { id, key } of await relation.list(tx)) {
      peers[key] = (await membership.list(tx, [id])).map((member) => member.unit);
    }
    return peers;
  });
}
