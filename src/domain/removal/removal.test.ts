import assert from "node:assert/strict";
import { test } from "node:test";
import type { Transaction } from "#store/database.ts";
import * as application from "../application/application.ts";
import * as leadership from "../leadership/leadership.ts";
import * as machine from "../machine/machine.ts";
import * as model from "../model/model.ts";
import * as membership from "../relation/membership.ts";
import { relate } from "../relation/relate.ts";
import * as relation from "../relation/relation.ts";
import * as status from "../status/status.ts";
import {
  allRows,
  CountingTransaction,
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
import * as port from "../unit/port.ts";
import * as unit from "../unit/unit.ts";
import * as unitState from "../unit/unit-state.ts";
import * as removal from "./removal.ts";
import { livesOf } from "./testing.ts";

suiteOnEachStore("removing units", (openStore) => {
  test("a unit whose machine has not been started goes at once, and its machine is dead", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql", units: 2 });
    await store.write("prod", (tx) => removal.destroyUnit(tx, "mysql/0"));

    assert.deepEqual(await livesOf(store), {
      ...{ mysql: "alive", "mysql/1": "alive", "machine 0": "dead", "machine 1": "alive" },
    });
  });

  test("a unit whose machine runs is left to its agent, and then its machine to its own", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql" });
    await runAll(store, "prod");
    const rest = { mysql: "alive" };
    await assert.rejects(
      store.write("prod", (tx) => removal.finishUnit(tx, "mysql/0", now)),
      { code: "not valid", message: 'unit "mysql/0" is alive' },
    );
    await assert.rejects(
      store.write("prod", (tx) => removal.finishMachine(tx, "0")),
      { code: "not valid", message: "machine 0 is alive" },
    );

    for (let times = 0; times < 2; times++) {
      await store.write("prod", (tx) => removal.destroyUnit(tx, "mysql/0"));
      assert.deepEqual(await livesOf(store), {
        ...{ ...rest, "mysql/0": "dying", "machine 0": "alive" },
      });
    }
    await store.write("prod", (tx) => removal.finishUnit(tx, "mysql/0", now));
    assert.deepEqual(await livesOf(store), { ...rest, "machine 0": "dying" });
    await store.write("prod", (tx) => removal.finishMachine(tx, "0"));
    assert.deepEqual(await livesOf(store), { ...rest, "machine 0": "dead" });
  });

  test("a machine stays as long as a unit is on it", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql" });
    const placement = [{ scope: "#", directive: "0" }];
    await deployApp(store, "prod", { name: "wordpress", placement });
    await store.write("prod", (tx) => removal.destroyUnit(tx, "mysql/0"));
    assert.equal((await livesOf(store))["machine 0"], "alive");

    await store.write("prod", (tx) => removal.destroyUnit(tx, "wordpress/0"));
    assert.equal((await livesOf(store))["machine 0"], "dead");
  });

  test("the controller's own machine stays without units", async () => {
    await using store = await openStore();
    await newModel(store, "prod", { isController: true });
    await deployApp(store, "prod", { name: "mysql" });
    await store.write("prod", (tx) => removal.destroyUnit(tx, "mysql/0"));

    assert.deepEqual(await livesOf(store), { mysql: "alive", "machine 0": "alive" });
  });

  test("a unit that is gone leads nothing, is in no relation, and leaves nothing else", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    const claim = { application: "mysql", unit: "mysql/0", seconds: 30, now };
    await store.write("prod", (tx) => leadership.claim(tx, claim));
    const openPorts = [{ endpoint: "", protocol: "tcp", from: 80, to: 80 }];
    const changes = { openPorts, state: { seen: "yes" } };
    await commitHook(store, "prod", { unit: "mysql/0", changes });
    await store.write("prod", (tx) => removal.destroyUnit(tx, "mysql/0"));
    await store.write("prod", (tx) => removal.finishUnit(tx, "mysql/0", now));

    await store.read("prod", async (tx) => {
      assert.equal(await leadership.findLeader(tx, "mysql"), undefined);
      const members = await membership.list(tx, [0]);
      assert.deepEqual(
        members.map((each) => each.unit),
        ["wordpress/0"],
      );
      assert.deepEqual(await port.list(tx, "mysql/0"), []);
      assert.deepEqual(await unitState.get(tx, "mysql/0"), {});
      const entities = [...(await status.listAll(tx)).keys()];
      assert.deepEqual(
        entities.filter((entity) => entity.includes("mysql/")),
        [],
      );
      assert.equal((await relation.get(tx, 0)).life, "alive");
    });
  });

  test("what there is not cannot be removed", async () => {
    await using store = await openStore();
    await newModel(store);
    const { destroyApplication, destroyUnit, finishMachine } = removal;
    const finishUnit = (tx: Transaction, name: string) => removal.finishUnit(tx, name, now);
    for (const [body, message] of [
      [destroyApplication, 'application "mysql/0" not found'],
      [destroyUnit, 'unit "mysql/0" not found'],
      [finishUnit, 'unit "mysql/0" not found'],
      [finishMachine, "machine mysql/0 not found"],
    ] as const) {
      await assert.rejects(
        store.write("prod", async (tx) => void (await body(tx, "mysql/0"))),
        { code: "not found", message },
      );
    }
  });
});

suiteOnEachStore("removing applications", (openStore) => {
  test("an application goes with as much work for each unit, however many it has", async () => {
    const rowsFor = async (units: number) => {
      await using store = await openStore();
      await newModel(store);
      await deployApp(store, "prod", { name: "mysql", units });
      return await store.write("prod", async (tx) => {
        const counter = new CountingTransaction(tx);
        await removal.destroyApplication(counter.tx, "mysql");
        return counter.rows;
      });
    };

    const [few, more, many] = [await rowsFor(5), await rowsFor(10), await rowsFor(20)];
    assert.equal(many - more, 2 * (more - few));
  });

  test("an application of which nothing runs goes at once, with its peers and settings", async () => {
    await using store = await openStore();
    await newModel(store);
    const metadata = "requires: {db: mysql}\npeers: {cluster: web-ha}";
    await deployApp(store, "prod", { name: "wordpress", metadata, units: 2 });
    await deployApp(store, "prod", { name: "mysql", metadata: "provides: {server: mysql}" });
    await store.write("prod", (tx) => relate(tx, ["wordpress", "mysql"], now));

    const units = await store.write("prod", (tx) => removal.destroyApplication(tx, "wordpress"));
    assert.deepEqual(units, ["wordpress/0", "wordpress/1"]);
    assert.deepEqual(await livesOf(store), {
      ...{ mysql: "alive", "mysql/0": "alive" },
      ...{ "machine 0": "dead", "machine 1": "dead", "machine 2": "alive" },
    });
    const { application_settings: settings, relation_endpoint: endpoints } = await allRows(store);
    assert.equal(settings?.length, 1);
    assert.deepEqual(endpoints, []);
  });

  test("an application without units goes at once", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql", units: 0 });

    assert.deepEqual(
      await store.write("prod", (tx) => removal.destroyApplication(tx, "mysql")),
      [],
    );
    assert.deepEqual(await livesOf(store), {});
  });

  test("an application stays until its last unit and its last relation have gone", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    const mysql = { mysql: "alive", "mysql/0": "alive" };
    const machines = { "machine 0": "alive", "machine 1": "alive" };

    for (let times = 0; times < 2; times++) {
      await store.write("prod", (tx) => removal.destroyApplication(tx, "wordpress"));
      assert.deepEqual(await livesOf(store), {
        ...{ ...mysql, ...machines, wordpress: "dying", "wordpress/0": "dying" },
        "relation 0": "dying",
      });
    }
    await store.write("prod", (tx) => removal.finishUnit(tx, "wordpress/0", now));
    assert.deepEqual(await livesOf(store), {
      ...{ ...mysql, ...machines, "machine 0": "dying" },
      ...{ wordpress: "dying", "relation 0": "dying" },
    });
    await commitHook(store, "prod", { unit: "mysql/0", facts: { leftRelation: 0 } });
    assert.deepEqual(await livesOf(store), { ...mysql, ...machines, "machine 0": "dying" });
  });

  test("an application stays for its last unit when its relations have gone first", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    await store.write("prod", (tx) => removal.destroyApplication(tx, "wordpress"));
    for (const name of ["mysql/0", "wordpress/0"]) {
      await commitHook(store, "prod", { unit: name, facts: { leftRelation: 0 } });
    }
    const lives = await livesOf(store);
    assert.deepEqual([lives.wordpress, lives["relation 0"]], ["dying", undefined]);

    await store.write("prod", (tx) => removal.finishUnit(tx, "wordpress/0", now));
    assert.equal((await livesOf(store)).wordpress, undefined);
  });

  test("peers go with their application, and not before", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql", metadata: "peers: {cluster: mysql-ha}" });
    await runAll(store, "prod");
    await store.write("prod", (tx) => removal.destroyApplication(tx, "mysql"));
    assert.equal((await livesOf(store))["relation 0"], "alive");

    await store.write("prod", (tx) => removal.finishUnit(tx, "mysql/0", now));
    assert.deepEqual(await livesOf(store), { "machine 0": "dying" });
  });

  test("a name is free again when its application has gone", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployPair(store, "prod");
    await store.write("prod", (tx) => removal.destroyApplication(tx, "mysql"));
    await deployApp(store, "prod", { name: "mysql", charm: "local:mysql-0" });

    const units = await store.read("prod", (tx) => unit.list(tx, { application: "mysql" }));
    assert.deepEqual(
      units.map(({ name }) => name),
      ["mysql/1"],
    );
  });
});

suiteOnEachStore("removing relations", (openStore) => {
  test("a relation that nobody takes part in goes at once", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployPair(store, "prod");
    const { id } = await store.write("prod", (tx) => relate(tx, ["wordpress", "mysql"], now));
    await store.write("prod", async (tx) =>
      removal.destroyRelation(tx, await relation.get(tx, id)),
    );

    assert.equal(await store.read("prod", (tx) => relation.find(tx, id)), undefined);
  });

  test("a relation waits until everybody has left, whatever their leaders wrote", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    const settings = { relation: 0, member: "mysql", application: "mysql", settings: { a: "b" } };
    await store.write("prod", (tx) => membership.changeSettings(tx, settings));
    const lifeAfter = async (body: () => Promise<void>) => {
      await body();
      return (await livesOf(store))["relation 0"];
    };
    const leave = (name: string) =>
      commitHook(store, "prod", { unit: name, facts: { leftRelation: 0 } });
    const destroy = () =>
      store.write("prod", async (tx) => removal.destroyRelation(tx, await relation.get(tx, 0)));

    assert.equal(await lifeAfter(destroy), "dying");
    assert.equal(await lifeAfter(destroy), "dying");
    assert.equal(await lifeAfter(() => leave("wordpress/0")), "dying");
    assert.equal(await lifeAfter(() => leave("mysql/0")), undefined);
    const { relation_member: members } = await allRows(store);
    assert.deepEqual(members, []);
  });

  test("a relation that is alive stays when the last unit has left", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    for (const name of ["wordpress/0", "mysql/0"]) {
      await store.write("prod", (tx) => removal.leaveRelation(tx, 0, name));
    }

    assert.equal((await livesOf(store))["relation 0"], "alive");
  });
});

suiteOnEachStore("removing models", (openStore) => {
  test("a model that is destroyed takes along everything in it", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    await deployApp(store, "prod", { name: "redis" });
    await store.write("prod", async (tx) => {
      const added = { base: "ubuntu@22.04", nonce: "", desiredVersion: "3.6.100", now };
      for (let count = 0; count < 2; count++) await machine.add(tx, added);
      const instance = { instanceId: "i-4", addresses: [], hardware: "" };
      await machine.setInstance(tx, "4", instance);
    });

    for (let times = 0; times < 2; times++) {
      await store.write("prod", removal.destroyModel);
      assert.equal((await store.read("prod", model.get)).life, "dying");
      assert.deepEqual(await livesOf(store), {
        ...{ wordpress: "dying", mysql: "dying", "relation 0": "dying" },
        ...{ "wordpress/0": "dying", "mysql/0": "dying" },
        ...{ "machine 0": "alive", "machine 1": "alive", "machine 2": "dead" },
        ...{ "machine 3": "dead", "machine 4": "dying" },
      });
    }
  });

  test("a model is empty when its applications and machines have gone", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql" });
    await runAll(store, "prod");
    const isEmptied = () => store.write("prod", removal.isEmptied);
    await store.write("prod", removal.destroyModel);
    assert.equal(await isEmptied(), false);

    await store.write("prod", (tx) => removal.finishUnit(tx, "mysql/0", now));
    await store.write("prod", (tx) => removal.finishMachine(tx, "0"));
    assert.equal(await isEmptied(), false);
    await store.write("prod", (tx) => machine.remove(tx, "0"));
    assert.equal(await isEmptied(), true);
  });

  test("an application without units keeps a model, and a model that is alive is not to go", async () => {
    await using store = await openStore();
    await newModel(store);
    assert.equal(await store.write("prod", removal.isEmptied), false);
    await deployApp(store, "prod", { name: "mysql", units: 0 });
    await store.write("prod", (tx) => model.setLife(tx, "dying"));
    assert.equal(await store.write("prod", removal.isEmptied), false);

    await store.write("prod", (tx) => application.remove(tx, "mysql"));
    assert.equal(await store.write("prod", removal.isEmptied), true);
  });

  test("the controller's model cannot be destroyed", async () => {
    await using store = await openStore();
    await newModel(store, "controller", { isController: true });
    await deployApp(store, "controller", { name: "mysql" });
    await provisionAll(store, "controller");
    const before = await allRows(store);

    await assert.rejects(store.write("controller", removal.destroyModel), {
      code: "not valid",
      message: "cannot destroy the controller model: destroy the controller",
    });
    assert.deepEqual(await allRows(store), before);
  });
});
