import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import { enqueue } from "../action/enqueue.ts";
import * as application from "../application/application.ts";
import * as charm from "../charm/charm.ts";
import * as leadership from "../leadership/leadership.ts";
import * as machine from "../machine/machine.ts";
import * as model from "../model/model.ts";
import * as membership from "../relation/membership.ts";
import { relate } from "../relation/relate.ts";
import * as relation from "../relation/relation.ts";
import { destroyRelation, destroyUnit } from "../removal/removal.ts";
import {
  addCharm,
  deployApp,
  deployPair,
  deployRelatedPair,
  newModel,
  now,
  provisionAll,
  runAll,
  suiteOnEachStore,
  toExec,
} from "../testing.ts";
import * as unit from "../unit/unit.ts";
import { type DesiredRelation, type DesiredUnit, getDesired } from "./desired.ts";

suiteOnEachStore("what is desired of a machine", (openStore) => {
  test("it has everything that an agent needs to know", async () => {
    await using store = await openStore();
    await newModel(store, "prod", { settings: { "agent-probation": "10s" } });
    await deployRelatedPair(store, "prod");
    const claim = { application: "mysql", unit: "mysql/0", seconds: 30, now };
    await store.write("prod", (tx) => leadership.claim(tx, claim));

    const { results } = await store.write("prod", (tx) => enqueue(tx, [toExec("mysql/0")], now));
    const [command] = results;
    assert.ok(command && "id" in command);
    const { parameters: _, output: __, ...head } = command;

    const { topics, ...desired } = await store.read("prod", (tx) => getDesired(tx, "1"));
    const expected = await store.read("prod", async (tx) => ({
      machine: await machine.get(tx, "1"),
      model: await model.get(tx),
      modelSettings: await model.getSettings(tx),
      unit: await unit.get(tx, "mysql/0"),
      charm: await charm.get(tx, "local:mysql-0"),
      endpoint: (await relation.get(tx, 0)).endpoints[1],
    }));
    const { sequence: ___, ...told } = expected.unit;
    assert.deepEqual(desired, {
      machine: expected.machine,
      model: expected.model,
      ...{ modelSettings: expected.modelSettings, tasks: [] },
      units: [
        {
          ...{
            unit: told,
            charm: expected.charm,
            forceUnits: false,
            isTrusted: false,
            leaderSettingsVersion: 0,
            settings: {},
          },
          ...{ leader: "mysql/0", tasks: [head], storage: [] },
          relations: [
            {
              ...{ id: 0, endpoint: expected.endpoint, remoteApplication: "wordpress" },
              ...{
                life: "alive",
                isSuspended: false,
                members: new Map([["wordpress/0", 1]]),
                applicationVersion: 0,
              },
            },
          ],
          secrets: { owned: [], read: [], known: [] },
        },
      ],
    });
    assert.equal(desired.modelSettings["agent-probation"], "10s");
    const rows = ["machine:1", "model:prod", "unit:mysql/0", "application:mysql"];
    const receivers = ["task:machine 1", "task:unit mysql/0"];
    const led = ["leader_settings:mysql", "leadership:mysql"];
    const secrets = ["secret:application mysql", "secret:unit mysql/0", "secret_consumer:mysql/0"];
    const others = [...receivers, ...led, ...secrets, "relation:0"];
    assert.deepEqual(topics, new Set([...rows, ...others]));
  });

  test("it has every unit of the machine, and those of no other", async () => {
    await using store = await openStore();
    await newModel(store);
    const placement = [{ scope: "#", directive: "0" }];
    await deployApp(store, "prod", { name: "mysql", units: 2 });
    await deployApp(store, "prod", { name: "wordpress", placement });

    const { units, topics } = await store.read("prod", (tx) => getDesired(tx, "0"));
    assert.deepEqual(
      units.map((each) => each.unit.name),
      ["mysql/0", "wordpress/0"],
    );
    assert.deepEqual(
      units.map(({ leader }) => leader),
      [undefined, undefined],
    );
    assert.ok(topics.has("unit:wordpress/0") && !topics.has("unit:mysql/1"));
  });

  test("nothing is desired of a machine that there is not", async () => {
    await using store = await openStore();
    await newModel(store);

    await assert.rejects(
      store.read("prod", (tx) => getDesired(tx, "0")),
      { code: "not found", message: "machine 0 not found" },
    );
  });

  test("a unit has the charm whose turn it is, with that charm's settings", async () => {
    await using store = await openStore();
    await newModel(store);
    const config = "options: {port: {type: int, default: 80}, host: {type: string}}";
    const settings = { texts: { host: "old" }, yaml: "" };
    await deployApp(store, "prod", { name: "mysql", config, settings });
    const newer = await addCharm(store, "prod", {
      ...{ name: "mysql", config: "options: {port: {type: int, default: 90}}" },
    });
    await store.write("prod", async (tx) => {
      const to = { charm: newer, modifiedVersion: 2, forceUnits: true, channel: "" };
      await application.setCharm(tx, "mysql", to);
      const saved = { application: "mysql", charm: newer, settings: { port: 91 } };
      await application.saveSettings(tx, saved);
    });

    const before = await getUnit(store, "mysql/0");
    assert.equal(before.charm.url, "local:mysql-0");
    assert.equal(before.forceUnits, true);
    assert.deepEqual(before.settings, { port: 80, host: "old" });
    await store.write("prod", (tx) =>
      unit.change(tx, "mysql/0", { desiredCharm: newer, desiredModifiedVersion: 2 }),
    );
    const after = await getUnit(store, "mysql/0");
    assert.equal(after.charm.url, newer);
    assert.deepEqual(after.settings, { port: 91 });
  });
});

suiteOnEachStore("a relation as a unit sees it", (openStore) => {
  test("it has the other side's units and application, with the versions of their settings", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "wordpress", metadata: "requires: {db: mysql}" });
    const metadata = "provides: {server: mysql}";
    await deployApp(store, "prod", { name: "mysql", metadata, units: 2 });
    await runAll(store, "prod");
    await store.write("prod", (tx) => relate(tx, ["wordpress", "mysql"], now));
    for (const member of ["mysql/1", "mysql", "wordpress"]) {
      const [of = ""] = member.split("/");
      const change = { relation: 0, member, application: of, settings: { told: member } };
      await store.write("prod", (tx) => membership.changeSettings(tx, change));
    }

    assert.deepEqual(summaryOf(await getUnit(store, "wordpress/0")), [
      {
        ...{ id: 0, endpoint: "wordpress:db", remoteApplication: "mysql", life: "alive" },
        isSuspended: false,
        ...{ members: { "mysql/0": 1, "mysql/1": 2 }, applicationVersion: 1 },
      },
    ]);
    assert.deepEqual(summaryOf(await getUnit(store, "mysql/0")), [
      {
        ...{ id: 0, endpoint: "mysql:server", remoteApplication: "wordpress", life: "alive" },
        isSuspended: false,
        ...{ members: { "wordpress/0": 1 }, applicationVersion: 1 },
      },
    ]);
  });

  test("among peers it has the other units, and their own application", async () => {
    await using store = await openStore();
    await newModel(store);
    const metadata = "peers: {cluster: mysql-ha}";
    await deployApp(store, "prod", { name: "mysql", metadata, units: 3 });
    await runAll(store, "prod");
    const change = { relation: 0, member: "mysql", application: "mysql", settings: { a: "b" } };
    await store.write("prod", (tx) => membership.changeSettings(tx, change));

    assert.deepEqual(summaryOf(await getUnit(store, "mysql/1")), [
      {
        ...{ id: 0, endpoint: "mysql:cluster", remoteApplication: "mysql", life: "alive" },
        isSuspended: false,
        ...{ members: { "mysql/0": 1, "mysql/2": 1 }, applicationVersion: 1 },
      },
    ]);
  });

  test("one that dies is over for a unit that never took part, and for one that has left", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployPair(store, "prod");
    await runAll(store, "prod");
    await deployApp(store, "prod", { name: "mariadb", metadata: "provides: {server: mysql}" });
    for (const name of ["mysql", "mariadb"]) {
      await store.write("prod", (tx) => relate(tx, ["wordpress", name], now));
    }
    assert.deepEqual(idsOf(await getUnit(store, "mariadb/0")), [1]);
    await store.write("prod", async (tx) => {
      for (const each of await relation.list(tx)) await destroyRelation(tx, each);
    });

    assert.deepEqual(idsOf(await getUnit(store, "mariadb/0")), []);
    const [first] = summaryOf(await getUnit(store, "mysql/0"));
    assert.equal(first?.life, "dying");
    await store.write("prod", (tx) => membership.leave(tx, { relation: 0, unit: "mysql/0" }));
    assert.deepEqual(idsOf(await getUnit(store, "mysql/0")), []);
    assert.deepEqual(idsOf(await getUnit(store, "wordpress/0")), [0, 1]);
  });

  test("a unit that is going hears of no relation that it does not take part in", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployPair(store, "prod");
    await deployApp(store, "prod", { name: "redis", metadata: "requires: {host: juju-info}" });
    await runAll(store, "prod");
    await store.write("prod", (tx) => relate(tx, ["wordpress", "mysql"], now));
    await store.write("prod", (tx) => destroyUnit(tx, "mysql/0"));
    await store.write("prod", (tx) => relate(tx, ["redis", "mysql"], now));

    assert.deepEqual(idsOf(await getUnit(store, "mysql/0")), [0]);
    assert.deepEqual(idsOf(await getUnit(store, "redis/0")), [1]);
  });

  test("a unit hears of a new endpoint's relations with the charm that has it", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql" });
    await deployApp(store, "prod", { name: "wordpress", metadata: "requires: {db: mysql}" });
    await provisionAll(store, "prod");
    const metadata = "provides: {server: mysql}";
    const newer = await addCharm(store, "prod", { name: "mysql", metadata });
    const to = { charm: newer, modifiedVersion: 2, forceUnits: false, channel: "" };
    await store.write("prod", (tx) => application.setCharm(tx, "mysql", to));
    await store.write("prod", (tx) => relate(tx, ["wordpress", "mysql"], now));
    assert.deepEqual(idsOf(await getUnit(store, "mysql/0")), []);

    await store.write("prod", (tx) => unit.change(tx, "mysql/0", { desiredCharm: newer }));
    assert.deepEqual(idsOf(await getUnit(store, "mysql/0")), [0]);
  });
});

function getUnit(store: Store, name: string): Promise<DesiredUnit> {
  return store.read("prod", async (tx) => {
    const { machine: id } = await unit.get(tx, name);
    const { units } = await getDesired(tx, id);
    const found = units.find((each) => each.unit.name === name);
    assert.ok(found);
    return found;
  });
}

function idsOf({ relations }: DesiredUnit): number[] {
  return relations.map(({ id }) => id);
}

function summaryOf({ relations }: DesiredUnit) {
  return relations.map(({ endpoint, members, ...rest }: DesiredRelation) => ({
    ...rest,
    endpoint: `${endpoint.application}:${endpoint.name}`,
    members: Object.fromEntries(members),
  }));
}
