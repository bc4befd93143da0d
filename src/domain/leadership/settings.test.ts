import assert from "node:assert/strict";
import { test } from "node:test";
import * as changes from "#store/changes.ts";
import type { Store } from "#store/store.ts";
import { destroyApplication } from "../removal/removal.ts";
import { deployApp, newModel, now, suiteOnEachStore } from "../testing.ts";
import * as leadership from "./leadership.ts";
import * as leaderSettings from "./settings.ts";

suiteOnEachStore("leader settings", (openStore) => {
  test("each change makes a version, and what is so already makes none", async () => {
    await using store = await newMysql(openStore);
    assert.deepEqual(await read(store), { version: 0, settings: {} });
    await tell(store, { host: "a", port: "1" });
    assert.deepEqual(await read(store), { version: 1, settings: { host: "a", port: "1" } });
    const latest = await store.latestChange("prod");
    await tell(store, { port: "1", gone: "" });
    assert.equal(await store.latestChange("prod"), latest);
    await tell(store, { host: "" });
    assert.deepEqual(await read(store), { version: 2, settings: { port: "1" } });
    const told = await store.read("prod", (tx) => changes.after(tx, latest));
    assert.deepEqual(
      told.map(({ kind, id }) => [kind, id]),
      [["leader_settings", "mysql"]],
    );
  });

  test("only the leader writes, and whoever leads next goes on with what is there", async () => {
    await using store = await newMysql(openStore);
    await tell(store, { host: "a" });
    const refused = { code: "leadership claim denied", message: /"mysql\/1" is not the leader$/ };
    await assert.rejects(tell(store, { host: "b" }, "mysql/1"), refused);
    await store.write("prod", async (tx) => {
      await leadership.resign(tx, { application: "mysql", unit: "mysql/0" });
      await leadership.claim(tx, { application: "mysql", unit: "mysql/1", seconds: 60, now });
    });
    await tell(store, { port: "1" }, "mysql/1");
    assert.deepEqual((await read(store)).settings, { host: "a", port: "1" });
  });

  test("there is a bound to what a leader may tell", async () => {
    await using store = await newMysql(openStore);
    await assert.rejects(tell(store, { host: "x".repeat(2 * 1024 * 1024) }), {
      code: "quota limit exceeded",
    });
    assert.equal((await read(store)).version, 0);
  });

  test("they go with their application", async () => {
    await using store = await newMysql(openStore);
    await tell(store, { host: "a" });
    await store.write("prod", (tx) => destroyApplication(tx, "mysql", { isForced: true }));
    assert.deepEqual(await read(store), { version: 0, settings: {} });
  });
});

/** With two units, the first of which leads. */
async function newMysql(openStore: () => Promise<Store>): Promise<Store> {
  const store = await openStore();
  await newModel(store);
  await deployApp(store, "prod", { name: "mysql", units: 2 });
  const claim = { application: "mysql", unit: "mysql/0", seconds: 60, now };
  await store.write("prod", (tx) => leadership.claim(tx, claim));
  return store;
}

function read(store: Store): Promise<leaderSettings.LeaderSettings> {
  return store.read("prod", (tx) => leaderSettings.get(tx, "mysql"));
}

function tell(store: Store, settings: Readonly<Record<string, string>>, unit = "mysql/0") {
  const change = { application: "mysql", unit, settings };
  return store.write("prod", (tx) => leaderSettings.change(tx, change));
}
