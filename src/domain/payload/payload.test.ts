import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import { destroyUnit } from "../removal/removal.ts";
import { deployApp, newModel, suiteOnEachStore } from "../testing.ts";
import * as payload from "./payload.ts";

const db = { unit: "mysql/0", class: "db", id: "c1" };
const running = { ...db, type: "docker", status: "running", labels: ["big", "new"] };

suiteOnEachStore("payloads", (openStore) => {
  test("a payload is what was said of it last, and gone when somebody says so", async () => {
    await using store = await newMysql(openStore);
    await store.write("prod", async (tx) => {
      await payload.register(tx, running);
      await payload.register(tx, { ...running, id: "c0", labels: [] });
      await payload.setStatus(tx, db, "stopping");
    });
    assert.deepEqual(await list(store), [
      { ...running, id: "c0", labels: [] },
      { ...running, status: "stopping" },
    ]);
    await store.write("prod", async (tx) => {
      await payload.register(tx, { ...running, labels: [] });
      await payload.unregister(tx, { ...db, id: "c0" });
      await payload.unregister(tx, { ...db, id: "c0" });
    });
    assert.deepEqual(await list(store), [{ ...running, labels: [] }]);
  });

  test("only what is registered has a status, and only one that there is", async () => {
    await using store = await newMysql(openStore);
    await store.write("prod", (tx) => payload.register(tx, running));
    const set = (named: typeof db, status: string) =>
      store.write("prod", (tx) => payload.setStatus(tx, named, status));
    await assert.rejects(set({ ...db, id: "c2" }, "stopped"), {
      code: "not found",
      message: 'payload "db/c2" not found',
    });
    await assert.rejects(set(db, "tired"), {
      code: "not valid",
      message:
        'status "tired" not supported; expected one of [starting started running stopping stopped]',
    });
    assert.deepEqual(await list(store), [running]);
  });

  test("payloads go with their unit", async () => {
    await using store = await newMysql(openStore);
    await store.write("prod", (tx) => payload.register(tx, running));
    await store.write("prod", (tx) => destroyUnit(tx, "mysql/0"));
    assert.deepEqual(await list(store), []);
    await assert.rejects(
      store.write("prod", (tx) => payload.register(tx, running)),
      { message: 'unit "mysql/0" not found' },
    );
  });
});

async function newMysql(openStore: () => Promise<Store>): Promise<Store> {
  const store = await openStore();
  await newModel(store);
  await deployApp(store, "prod", { name: "mysql" });
  return store;
}

function list(store: Store): Promise<payload.Payload[]> {
  return store.read("prod", payload.list);
}
