import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import { addUnits, deploy } from "../deployment/deployment.ts";
import { getDesired } from "../desired/desired.ts";
import * as machine from "../machine/machine.ts";
import {
  addCharm,
  commitHook,
  deployApp,
  newModel,
  noSettings,
  now,
  runAll,
  subordinate,
  suiteOnEachStore,
} from "../testing.ts";
import * as unit from "../unit/unit.ts";
import * as membership from "./membership.ts";
import { readSettings } from "./read-settings.ts";
import { relate } from "./relate.ts";

/** Two units of `mysql`, which run, and `nrpe` that has none yet. */
async function deployBoth(store: Store): Promise<void> {
  await newModel(store);
  await deployApp(store, "prod", { name: "mysql", metadata: "peers: {cluster: ha}", units: 2 });
  await deployApp(store, "prod", { name: "nrpe", metadata: subordinate, units: 0 });
  await runAll(store, "prod");
}

const related = (store: Store, ...names: readonly string[]) =>
  store.write("prod", (tx) => relate(tx, names, now));

/** Where each unit of the application is, and beside whom. */
async function placesOf(store: Store, application: string): Promise<string[]> {
  const units = await store.read("prod", (tx) => unit.list(tx, { application }));
  return units.map(({ name, machine: id, principal }) => `${name} on ${id} beside ${principal}`);
}

/** Whom the unit sees in the relation, as its agent is told. */
async function seenBy(store: Store, name: string, id: number): Promise<string[] | undefined> {
  return store.read("prod", async (tx) => {
    const { machine: where } = await unit.get(tx, name);
    const { units } = await getDesired(tx, where);
    const own = units.find((each) => each.unit.name === name);
    const seen = own?.relations.find((each) => each.id === id);
    return seen && [...seen.members.keys()];
  });
}

suiteOnEachStore("subordinates", (openStore) => {
  test("each unit of the principal gets one beside it when they are related", async () => {
    await using store = await openStore();
    await deployBoth(store);
    assert.deepEqual(await placesOf(store, "nrpe"), []);

    const { scope, endpoints } = await related(store, "nrpe", "mysql");
    assert.equal(scope, "container");
    assert.deepEqual(
      endpoints.map(({ application, name, scope: own }) => [application, name, own]),
      [
        ["nrpe", "host", "container"],
        ["mysql", "juju-info", "container"],
      ],
    );
    const places = ["nrpe/0 on 0 beside mysql/0", "nrpe/1 on 1 beside mysql/1"];
    assert.deepEqual(await placesOf(store, "nrpe"), places);
    assert.equal((await store.read("prod", machine.list)).length, 2);
    const { desiredCharm, life } = await store.read("prod", (tx) => unit.get(tx, "nrpe/0"));
    assert.deepEqual([desiredCharm, life], ["local:nrpe-0", "alive"]);
  });

  test("a unit of the principal that comes later gets one as soon as it is installed", async () => {
    await using store = await openStore();
    await deployBoth(store);
    await related(store, "nrpe", "mysql");
    await store.write("prod", (tx) => addUnits(tx, "mysql", { count: 1, placement: [], now }));
    assert.equal((await placesOf(store, "nrpe")).length, 2);
    await runAll(store, "prod");

    assert.deepEqual((await placesOf(store, "nrpe")).slice(2), ["nrpe/2 on 2 beside mysql/2"]);
    await commitHook(store, "prod", { unit: "mysql/2" });
    assert.equal((await placesOf(store, "nrpe")).length, 3);
  });

  test("in their relation units see only who stands beside them", async () => {
    await using store = await openStore();
    await deployBoth(store);
    const { id } = await related(store, "nrpe", "mysql");
    assert.deepEqual(await seenBy(store, "mysql/0", id), []);
    await runAll(store, "prod");

    assert.deepEqual(await seenBy(store, "mysql/0", id), ["nrpe/0"]);
    assert.deepEqual(await seenBy(store, "mysql/1", id), ["nrpe/1"]);
    assert.deepEqual(await seenBy(store, "nrpe/1", id), ["mysql/1"]);
    const read = (reader: string, member: string) =>
      store.read("prod", (tx) => readSettings(tx, { unit: reader, relation: id, member }));
    assert.equal((await read("nrpe/0", "mysql/0"))["private-address"], "10.0.0.0");
    await assert.rejects(read("nrpe/0", "mysql/1"), { code: "unauthorized access" });
  });

  test("one subordinate serves several principals, and each unit sees its own", async () => {
    await using store = await openStore();
    await deployBoth(store);
    await deployApp(store, "prod", { name: "blog" });
    await runAll(store, "prod");
    const { id: first } = await related(store, "nrpe", "mysql");
    const { id: second } = await related(store, "nrpe", "blog");
    await runAll(store, "prod");

    assert.deepEqual((await placesOf(store, "nrpe")).slice(2), ["nrpe/2 on 2 beside blog/0"]);
    assert.deepEqual(await seenBy(store, "nrpe/2", second), ["blog/0"]);
    assert.equal(await seenBy(store, "nrpe/2", first), undefined);
    const members = await store.read("prod", (tx) => membership.list(tx, [second]));
    assert.deepEqual(
      members.map((each) => each.unit),
      ["blog/0", "nrpe/2"],
    );
  });

  test("several subordinates of one principal can be related to each other beside it", async () => {
    await using store = await openStore();
    await deployBoth(store);
    const scope = "scope: container";
    await deployApp(store, "prod", {
      ...{ name: "logs", units: 0 },
      metadata: `${subordinate}\nprovides: {sink: {interface: log, ${scope}}}`,
    });
    await deployApp(store, "prod", {
      ...{ name: "probe", units: 0 },
      metadata: `subordinate: true\nrequires: {host: {interface: juju-info, ${scope}}, log: log}`,
    });
    await related(store, "logs", "mysql");
    await related(store, "probe:host", "mysql");
    const { id } = await related(store, "probe:log", "logs:sink");
    await runAll(store, "prod");

    assert.deepEqual(await seenBy(store, "probe/1", id), ["logs/1"]);
    assert.deepEqual(await seenBy(store, "logs/0", id), ["probe/0"]);
    assert.equal((await placesOf(store, "probe")).length, 2);
  });

  test("a second relation between the two makes no second unit", async () => {
    await using store = await openStore();
    await newModel(store);
    const metadata = `${subordinate.slice(0, -1)}, db: {interface: sql, scope: container}}`;
    await deployApp(store, "prod", { name: "mysql", metadata: "provides: {db: sql}" });
    await deployApp(store, "prod", { name: "router", metadata, units: 0 });
    await runAll(store, "prod");
    await related(store, "router:db", "mysql:db");
    await related(store, "router:host", "mysql");

    assert.deepEqual(await placesOf(store, "router"), ["router/0 on 0 beside mysql/0"]);
  });

  test("it has no units of its own accord, with the texts of Juju", async () => {
    await using store = await openStore();
    await deployBoth(store);
    const charm = await addCharm(store, "prod", { name: "logs", metadata: subordinate });
    const wish = { name: "logs", charm, base: "", channel: "", settings: noSettings, now };
    const message = "subordinate application must be deployed without units";
    await assert.rejects(
      store.write("prod", (tx) => deploy(tx, { ...wish, units: 1, placement: [] })),
      { code: "not valid", message },
    );
    const constraints = { mem: 1024 };
    await assert.rejects(
      store.write("prod", (tx) => deploy(tx, { ...wish, units: 0, placement: [], constraints })),
      {
        code: "not valid",
        message: "subordinate application must be deployed without constraints",
      },
    );
    await assert.rejects(
      store.write("prod", (tx) => addUnits(tx, "nrpe", { count: 2, placement: [], now })),
      {
        code: "not valid",
        message:
          'cannot add unit 1/2 to application "nrpe": ' +
          'cannot add unit to application "nrpe": application is a subordinate',
      },
    );
  });

  test("without a subordinate among them there is no container to share", async () => {
    await using store = await openStore();
    await newModel(store);
    const metadata = "requires: {host: {interface: juju-info, scope: container}}";
    await deployApp(store, "prod", { name: "mysql" });
    await deployApp(store, "prod", { name: "odd", metadata });
    await assert.rejects(related(store, "odd", "mysql"), { message: "no relations found" });
  });

  test("one that does not run on the principal's base is refused", async () => {
    await using store = await openStore();
    await newModel(store);
    const on = (...channels: readonly string[]) =>
      `bases: [${channels.map((channel) => `{name: ubuntu, channel: "${channel}"}`).join(", ")}]`;
    const metadata = subordinate;
    await deployApp(store, "prod", { name: "mysql", manifest: on("22.04") });
    await deployApp(store, "prod", { name: "old", metadata, manifest: on("20.04"), units: 0 });
    const both = on("24.04", "22.04");
    await deployApp(store, "prod", { name: "both", metadata, manifest: both, units: 0 });

    await assert.rejects(related(store, "old", "mysql"), {
      code: "not valid",
      message:
        "principal and subordinate applications' bases must match: " +
        "old is on ubuntu@20.04, mysql on ubuntu@22.04",
    });
    await related(store, "both", "mysql");
  });
});
