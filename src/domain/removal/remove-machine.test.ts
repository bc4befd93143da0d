import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import { addMachine } from "../deployment/place.ts";
import * as machine from "../machine/machine.ts";
import {
  after,
  allRows,
  deployApp,
  newModel,
  now,
  provisionAll,
  runAll,
  suiteOnEachStore,
} from "../testing.ts";
import { enforceDeadlines } from "./enforce.ts";
import * as removal from "./removal.ts";
import { type RemovalOfMachine, removeMachine } from "./remove-machine.ts";
import { livesOf } from "./testing.ts";

const patient = { isForced: false, keepsInstance: false };
const patiently = { isForced: true, keepsInstance: false, due: after(60) };
const onZero = [{ scope: "#", directive: "0" }];

function remove(store: Store, id: string, manner: RemovalOfMachine): Promise<string[]> {
  return store.write("prod", (tx) => removeMachine(tx, id, manner));
}

function addByItself(store: Store): Promise<string> {
  const wish = { base: "", constraints: {}, placement: undefined, now };
  return store.write("prod", (tx) => addMachine(tx, wish));
}

suiteOnEachStore("removing machines", (openStore) => {
  test("a machine that nothing is on goes when its agent has finished, and at once before it has one", async () => {
    await using store = await openStore();
    await newModel(store);
    await addByItself(store);
    await provisionAll(store, "prod");
    await addByItself(store);

    assert.deepEqual(await remove(store, "0", patient), []);
    assert.deepEqual(await remove(store, "1", patient), []);
    assert.deepEqual(await livesOf(store), { "machine 0": "dying", "machine 1": "dead" });
  });

  test("a machine that units are on stays unless it is removed by force", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql" });
    await deployApp(store, "prod", { name: "web", placement: onZero });
    await runAll(store, "prod");
    const before = await allRows(store);

    await assert.rejects(remove(store, "0", patient), {
      code: "not valid",
      message:
        'machine 0 has units "mysql/0", "web/0" assigned: remove what is on it first, or use --force',
    });
    await assert.rejects(remove(store, "7", patient), { code: "not found" });
    assert.deepEqual(await allRows(store), before);

    assert.deepEqual(await remove(store, "0", { ...patiently, keepsInstance: true }), [
      "mysql/0",
      "web/0",
    ]);
    assert.deepEqual(await livesOf(store), {
      ...{ mysql: "alive", web: "alive", "mysql/0": "dying", "web/0": "dying" },
      "machine 0": "dying",
    });
    const { keepsInstance } = await store.read("prod", (tx) => machine.get(tx, "0"));
    assert.equal(keepsInstance, true);
  });

  test("what goes by force goes by itself within its time, and as it is when that is over", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql", units: 2 });
    await runAll(store, "prod");
    await remove(store, "0", patiently);
    await remove(store, "1", { ...patiently, due: after(90) });
    const enforce = (seconds: number) =>
      store.write("prod", (tx) => enforceDeadlines(tx, after(seconds)));

    assert.deepEqual(await enforce(59), []);
    await store.write("prod", (tx) => removal.finishUnit(tx, "mysql/1", now));
    assert.deepEqual(await enforce(60), ["unit mysql/0"]);
    assert.deepEqual(await livesOf(store), {
      ...{ mysql: "alive", "machine 0": "dead", "machine 1": "dying" },
    });
    assert.deepEqual(await enforce(90), ["machine 1"]);
    assert.deepEqual(await enforce(1000), []);
    assert.deepEqual(await livesOf(store), {
      ...{ mysql: "alive", "machine 0": "dead", "machine 1": "dead" },
    });
  });

  test("a model that goes by force goes in its time, even if a machine's agent ends before the machine", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql" });
    await runAll(store, "prod");
    const manner = { isForced: true, due: after(60) };
    await store.write("prod", (tx) => removal.destroyModel(tx, manner));
    await store.write("prod", (tx) => removal.finishUnit(tx, "mysql/0", now));
    assert.deepEqual(await livesOf(store), { "machine 0": "dying" });
    await store.write("prod", (tx) => enforceDeadlines(tx, after(60)));
    assert.deepEqual(await livesOf(store), { "machine 0": "dead" });
  });

  test("of two times that something is given, the shorter one counts", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql" });
    await runAll(store, "prod");
    for (const seconds of [60, 30, 90]) {
      const manner = { isForced: true, due: after(seconds) };
      await store.write("prod", (tx) => removal.destroyUnit(tx, "mysql/0", manner));
    }
    const removed = await store.write("prod", (tx) => enforceDeadlines(tx, after(30)));
    assert.deepEqual(removed, ["unit mysql/0"]);
  });

  test("a machine that was asked for by itself stays when the last unit has gone, until its model goes", async () => {
    await using store = await openStore();
    await newModel(store);
    await addByItself(store);
    await deployApp(store, "prod", { name: "mysql", units: 2, placement: onZero });
    await runAll(store, "prod");
    for (const name of ["mysql/0", "mysql/1"]) {
      const forced = { isForced: true };
      await store.write("prod", (tx) => removal.destroyUnit(tx, name, forced));
    }
    assert.deepEqual(await livesOf(store), {
      ...{ mysql: "alive", "machine 0": "alive", "machine 1": "dead" },
    });
    await store.write("prod", (tx) => removal.destroyModel(tx));
    assert.deepEqual(await livesOf(store), { "machine 0": "dying", "machine 1": "dead" });
  });

  test("the machine of the controller stays", async () => {
    await using store = await openStore();
    await newModel(store, "prod", { isController: true });
    await addByItself(store);
    for (const manner of [patient, patiently]) {
      await assert.rejects(remove(store, "0", manner), {
        code: "not valid",
        message: "machine 0 is required by the model",
      });
    }
  });
});
