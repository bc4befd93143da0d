import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import { findRelated, relate } from "../relation/relate.ts";
import {
  commitHook,
  deployApp,
  newModel,
  now,
  runAll,
  subordinate,
  suiteOnEachStore,
} from "../testing.ts";
import * as removal from "./removal.ts";
import { livesOf } from "./testing.ts";

/** One unit of `mysql` with one of `nrpe` beside it; both run. */
async function deployBoth(store: Store): Promise<void> {
  await newModel(store);
  await deployApp(store, "prod", { name: "mysql" });
  await deployApp(store, "prod", { name: "nrpe", metadata: subordinate, units: 0 });
  await runAll(store, "prod");
  await store.write("prod", (tx) => relate(tx, ["nrpe", "mysql"], now));
  await runAll(store, "prod");
}

const finish = (store: Store, name: string) =>
  store.write("prod", (tx) => removal.finishUnit(tx, name, now));

const leave = (store: Store, unit: string, leftRelation: number) =>
  commitHook(store, "prod", { unit, facts: { leftRelation } });

const unrelate = (store: Store) =>
  store.write("prod", async (tx) =>
    removal.destroyRelation(tx, await findRelated(tx, ["nrpe", "mysql"])),
  );

suiteOnEachStore("removing subordinates", (openStore) => {
  test("they go with their principal, and before it", async () => {
    await using store = await openStore();
    await deployBoth(store);
    await store.write("prod", (tx) => removal.destroyUnit(tx, "mysql/0"));

    const { "mysql/0": principal, "nrpe/0": beside } = await livesOf(store);
    assert.deepEqual([principal, beside], ["dying", "dying"]);
    await assert.rejects(finish(store, "mysql/0"), {
      code: "try again",
      message: 'unit "mysql/0" has subordinates: nrpe/0',
    });
    await finish(store, "nrpe/0");
    await finish(store, "mysql/0");
    assert.deepEqual(await livesOf(store), {
      ...{ mysql: "alive", nrpe: "alive", "relation 0": "alive", "machine 0": "dying" },
    });
  });

  test("they go when nothing relates them to their principal any more", async () => {
    await using store = await openStore();
    await deployBoth(store);
    await unrelate(store);

    const lives = await livesOf(store);
    assert.deepEqual([lives["mysql/0"], lives["nrpe/0"]], ["alive", "dying"]);
    await leave(store, "nrpe/0", 0);
    await leave(store, "mysql/0", 0);
    await finish(store, "nrpe/0");
    const left = { mysql: "alive", "mysql/0": "alive", "machine 0": "alive", nrpe: "alive" };
    assert.deepEqual(await livesOf(store), left);
  });

  test("one that is related again before it has gone is followed by another", async () => {
    await using store = await openStore();
    await deployBoth(store);
    await unrelate(store);
    await leave(store, "nrpe/0", 0);
    await leave(store, "mysql/0", 0);
    await store.write("prod", (tx) => relate(tx, ["nrpe", "mysql"], now));
    assert.equal("nrpe/1" in (await livesOf(store)), false);
    await finish(store, "nrpe/0");

    const { "nrpe/0": old, "nrpe/1": next } = await livesOf(store);
    assert.deepEqual([old, next], [undefined, "alive"]);
  });

  test("as long as another relation keeps it there, a subordinate stays", async () => {
    await using store = await openStore();
    await newModel(store);
    const metadata = `${subordinate.slice(0, -1)}, db: {interface: sql, scope: container}}`;
    await deployApp(store, "prod", { name: "mysql", metadata: "provides: {db: sql}" });
    await deployApp(store, "prod", { name: "nrpe", metadata, units: 0 });
    await runAll(store, "prod");
    await store.write("prod", (tx) => relate(tx, ["nrpe:db", "mysql:db"], now));
    await store.write("prod", (tx) => relate(tx, ["nrpe:host", "mysql"], now));
    await runAll(store, "prod");
    const unrelated = (id: string) =>
      store.write("prod", async (tx) =>
        removal.destroyRelation(tx, await findRelated(tx, [`nrpe:${id}`, "mysql"])),
      );

    await unrelated("host");
    assert.equal((await livesOf(store))["nrpe/0"], "alive");
    await unrelated("db");
    assert.equal((await livesOf(store))["nrpe/0"], "dying");
  });

  test("none is removed by itself, and Juju's text says how it is", async () => {
    await using store = await openStore();
    await deployBoth(store);
    for (const isForced of [false, true]) {
      await assert.rejects(
        store.write("prod", (tx) => removal.destroyUnit(tx, "nrpe/0", { isForced })),
        {
          code: "not valid",
          message:
            'unit "nrpe/0" is a subordinate, to remove use remove-relation. ' +
            'Note: this will remove all units of "nrpe"',
        },
      );
    }
    assert.equal((await livesOf(store))["nrpe/0"], "alive");
  });

  test("with its application it goes everywhere, and leaves its principals", async () => {
    await using store = await openStore();
    await deployBoth(store);
    await store.write("prod", (tx) => removal.destroyApplication(tx, "nrpe"));
    assert.equal((await livesOf(store))["nrpe/0"], "dying");
    await leave(store, "mysql/0", 0);
    await finish(store, "nrpe/0");

    const left = { mysql: "alive", "mysql/0": "alive", "machine 0": "alive" };
    assert.deepEqual(await livesOf(store), left);
  });

  test("by force it goes at once with its principal, and with a machine that is lost", async () => {
    await using store = await openStore();
    await deployBoth(store);
    const forced = { isForced: true };
    await store.write("prod", (tx) => removal.destroyUnit(tx, "mysql/0", forced));
    const left = { mysql: "alive", nrpe: "alive", "relation 0": "alive", "machine 0": "dead" };
    assert.deepEqual(await livesOf(store), left);
  });

  test("a model that is destroyed takes them along", async () => {
    await using store = await openStore();
    await deployBoth(store);
    await store.write("prod", (tx) => removal.destroyModel(tx));
    await finish(store, "nrpe/0");
    await finish(store, "mysql/0");
    assert.deepEqual(await livesOf(store), { "machine 0": "dying" });
  });
});
