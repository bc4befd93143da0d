import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import { destroyUnit } from "../removal/removal.ts";
import { after, commitHook, deployApp, newModel, suiteOnEachStore } from "../testing.ts";
import * as metric from "./metric.ts";

suiteOnEachStore("metrics", (openStore) => {
  test("of each metric the last measurement stays, for each set of labels by itself", async () => {
    await using store = await newMysql(openStore);
    const earlier = [of("users", "5"), of("users", "2", { zone: "a", kind: "b" })];
    await commitHook(store, "prod", { unit: "mysql/0", changes: { metrics: earlier } });
    const later = [of("users", "7"), of("users", "3", { kind: "b", zone: "a" }), of("load", "1")];
    await commitHook(store, "prod", { unit: "mysql/0", changes: { metrics: later } });

    const shown = (await list(store)).map(({ key, value, labels }) => ({ key, value, labels }));
    assert.deepEqual(shown, [
      { key: "load", value: "1", labels: {} },
      { key: "users", value: "3", labels: { kind: "b", zone: "a" } },
      { key: "users", value: "7", labels: {} },
    ]);
  });

  test("a unit has so many and no more; those go first that were measured first", async () => {
    await using store = await newMysql(openStore);
    const old = { ...of("old", "1"), time: after(0).toString() };
    const many = Array.from({ length: metric.metricsMax - 1 }, (_, at) => ({
      ...of(`m${at}`, "1"),
      time: after(1).toString(),
    }));
    const record = (measured: readonly metric.Measurement[]) =>
      store.write("prod", (tx) => metric.record(tx, "mysql/0", measured));
    await record([old, ...many]);
    assert.equal((await list(store)).length, metric.metricsMax);
    await record([{ ...of("new", "1"), time: after(2).toString() }]);

    const keys = (await list(store)).map(({ key }) => key);
    assert.equal(keys.length, metric.metricsMax);
    assert.deepEqual([keys.includes("new"), keys.includes("old")], [true, false]);
  });

  test("what no tool of a charm lets through is refused, and nothing of it is kept", async () => {
    await using store = await newMysql(openStore);
    const record = (measured: readonly metric.Measurement[]) =>
      store.write("prod", (tx) => metric.record(tx, "mysql/0", measured));
    const subject = 'cannot record metrics of unit "mysql/0"';
    const many = Array.from({ length: metric.metricsMax + 1 }, () => of("users", "1"));
    await assert.rejects(record(many), { message: `${subject}: 201 are more than 200` });
    const long = [of("users", "1"), of("load", "1".repeat(metric.textLengthMax + 1))];
    const message = `${subject}: 2001 characters are more than 2000`;
    await assert.rejects(record(long), { code: "not valid", message });
    assert.deepEqual(await list(store), []);
  });

  test("they go with their unit", async () => {
    await using store = await newMysql(openStore);
    await store.write("prod", (tx) => metric.record(tx, "mysql/0", [of("users", "5")]));
    await store.write("prod", (tx) => destroyUnit(tx, "mysql/0"));
    assert.deepEqual(await list(store), []);
  });
});

function of(key: string, value: string, labels: Readonly<Record<string, string>> = {}) {
  return { key, value, labels, time: after(0).toString() };
}

async function newMysql(openStore: () => Promise<Store>): Promise<Store> {
  const store = await openStore();
  await newModel(store);
  await deployApp(store, "prod", { name: "mysql" });
  return store;
}

function list(store: Store): Promise<metric.Metric[]> {
  return store.read("prod", (tx) => metric.listOf(tx, "mysql/0"));
}
