import assert from "node:assert/strict";
import { test } from "node:test";
import * as leadership from "../leadership/leadership.ts";
import * as model from "../model/model.ts";
import * as membership from "../relation/membership.ts";
import {
  commitHook,
  deployApp,
  deployRelatedPair,
  newModel,
  now,
  runAll,
  suiteOnEachStore,
} from "../testing.ts";
import * as removal from "./removal.ts";
import { livesOf } from "./testing.ts";

const forced = { isForced: true };

suiteOnEachStore("removing by force", (openStore) => {
  test("a unit that is removed by force waits for nobody, and those related to it stay", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    const claim = { application: "mysql", unit: "mysql/0", seconds: 30, now };
    await store.write("prod", (tx) => leadership.claim(tx, claim));
    await store.write("prod", (tx) => removal.destroyUnit(tx, "mysql/0"));
    await store.write("prod", (tx) => removal.destroyUnit(tx, "mysql/0", forced));

    assert.deepEqual(await livesOf(store), {
      ...{ mysql: "alive", wordpress: "alive", "wordpress/0": "alive", "relation 0": "alive" },
      ...{ "machine 0": "alive", "machine 1": "dead" },
    });
    await store.read("prod", async (tx) => {
      assert.equal(await leadership.findLeader(tx, "mysql"), undefined);
      const members = await membership.list(tx, [0]);
      assert.deepEqual(
        members.map((each) => each.unit),
        ["wordpress/0"],
      );
    });
  });

  test("a forced removal leaves a machine alone that another unit is on", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql" });
    const placement = [{ scope: "#", directive: "0" }];
    await deployApp(store, "prod", { name: "wordpress", placement });
    await runAll(store, "prod");
    await store.write("prod", (tx) => removal.destroyUnit(tx, "mysql/0", forced));

    assert.deepEqual(await livesOf(store), {
      ...{ mysql: "alive", wordpress: "alive", "wordpress/0": "alive", "machine 0": "alive" },
    });
  });

  test("an application that is removed by force waits only for those related to it", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    const units = await store.write("prod", (tx) =>
      removal.destroyApplication(tx, "wordpress", forced),
    );
    assert.deepEqual(units, ["wordpress/0"]);
    const left = { mysql: "alive", "mysql/0": "alive", "machine 0": "dead", "machine 1": "alive" };
    assert.deepEqual(await livesOf(store), {
      ...{ ...left, wordpress: "dying", "relation 0": "dying" },
    });

    await commitHook(store, "prod", { unit: "mysql/0", facts: { leftRelation: 0 } });
    assert.deepEqual(await livesOf(store), left);
  });

  test("a model that is destroyed by force leaves nothing but machines to stop, begun or not", async () => {
    for (const isBegun of [false, true]) {
      await using store = await openStore();
      await newModel(store);
      await deployRelatedPair(store, "prod");
      if (isBegun) await store.write("prod", (tx) => removal.destroyModel(tx));
      await store.write("prod", (tx) => removal.finishUnit(tx, "mysql/0", now)).catch(() => {});
      await store.write("prod", (tx) => removal.destroyModel(tx, forced));

      assert.equal((await store.read("prod", model.get)).life, "dying");
      assert.deepEqual(await livesOf(store), { "machine 0": "dead", "machine 1": "dead" });
    }
  });
});
