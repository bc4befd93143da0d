import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import { suiteOnEachStore } from "../testing.ts";
import * as unit from "./unit.ts";

suiteOnEachStore("units", (openStore) => {
  test("a new unit is to run a charm, and runs none", async () => {
    await using store = await openStore();
    await add(store, "mysql/0", "3");

    assert.deepEqual(await store.read("prod", (tx) => unit.get(tx, "mysql/0")), {
      ...{ name: "mysql/0", application: "mysql", machine: "3", life: "alive", charm: null },
      ...{ modifiedVersion: 0, isSettled: false, isInstalled: false, resolved: "", sequence: 0 },
      ...{ principal: "", meterStatus: "", meterInfo: "" },
      ...{ desiredCharm: "local:mysql-0", desiredModifiedVersion: 2, workloadVersion: "" },
    });
  });

  test("units are in the order of their applications and numbers", async () => {
    await using store = await openStore();
    for (const [name, machine] of [
      ["mysql/10", "0"],
      ["wordpress/1", "0"],
      ["mysql/2", "1"],
      ["mysql-router/0", "0"],
    ] as const) {
      await add(store, name, machine);
    }
    const names = async (of?: Parameters<typeof unit.list>[1]) =>
      (await store.read("prod", (tx) => unit.list(tx, of))).map(({ name }) => name);

    assert.deepEqual(await names(), ["mysql/2", "mysql/10", "mysql-router/0", "wordpress/1"]);
    assert.deepEqual(await names({ application: "mysql" }), ["mysql/2", "mysql/10"]);
    assert.deepEqual(await names({ machine: "0" }), ["mysql/10", "mysql-router/0", "wordpress/1"]);
    assert.deepEqual(await names({ application: "mysql", machine: "1" }), ["mysql/2"]);
    assert.deepEqual(await store.read("staging", (tx) => unit.list(tx)), []);
  });

  test("a change leaves alone what it does not name", async () => {
    await using store = await openStore();
    for (const name of ["mysql/0", "mysql/1"]) await add(store, name);
    const before = await store.read("prod", (tx) => unit.get(tx, "mysql/0"));
    const changes: readonly unit.UnitChange[] = [
      { charm: "local:mysql-0", modifiedVersion: 2 },
      { desiredCharm: "local:mysql-1", desiredModifiedVersion: 3 },
      { isInstalled: true, isSettled: true },
      { isSettled: false, life: "dying" },
      { resolved: "no-retry", workloadVersion: "8.0" },
      { resolved: "", workloadVersion: "" },
      { meterStatus: "RED", meterInfo: "too much" },
    ];
    let expected = before;
    for (const change of changes) {
      await store.write("prod", (tx) => unit.change(tx, "mysql/0", change));
      expected = { ...expected, ...change };
      assert.deepEqual(await store.read("prod", (tx) => unit.get(tx, "mysql/0")), expected);
    }
    assert.deepEqual(await store.read("prod", (tx) => unit.get(tx, "mysql/1")), {
      ...{ ...before, name: "mysql/1" },
    });
  });

  test("the machine hears of units that come and go", async () => {
    await using store = await openStore();
    await add(store, "mysql/0", "3");
    await store.write("prod", async (tx) => unit.remove(tx, await unit.get(tx, "mysql/0")));
    const changes = await store.read("prod", (tx) =>
      tx.selectFrom("change").select(["kind", "id"]).orderBy("seq").execute(),
    );

    const each = [
      { kind: "unit", id: "mysql/0" },
      { kind: "machine", id: "3" },
    ];
    assert.deepEqual(changes, [...each, ...each]);
    await assert.rejects(
      store.read("prod", (tx) => unit.get(tx, "mysql/0")),
      { code: "not found", message: 'unit "mysql/0" not found' },
    );
  });

  test("changing a unit that there is not is no change", async () => {
    await using store = await openStore();
    await store.write("prod", (tx) => unit.change(tx, "mysql/0", { life: "dying" }));

    assert.equal(await store.latestChange("prod"), 0);
  });
});

function add(store: Store, name: string, machine = "0"): Promise<void> {
  const [application = ""] = name.split("/");
  const desired = { desiredCharm: "local:mysql-0", desiredModifiedVersion: 2 };
  return store.write("prod", (tx) =>
    unit.add(tx, { name, application, machine, principal: "", ...desired }),
  );
}
