import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import { suiteOnEachStore } from "../testing.ts";
import * as unitState from "./unit-state.ts";

const bytesMax = 2 * 1024 * 1024;

suiteOnEachStore("unit state", (openStore) => {
  test("a unit's state keeps what is written until it is written anew or emptied", async () => {
    await using store = await openStore();
    await change(store, { a: "1", b: "2", c: "3" });
    await change(store, { c: "5" }, "mysql/2");
    await change(store, { b: "", c: "4", d: "" });

    assert.deepEqual(await get(store), { a: "1", c: "4" });
    assert.deepEqual(await store.read("prod", (tx) => unitState.get(tx, "mysql/1")), {});
    assert.deepEqual(await store.read("prod", (tx) => unitState.get(tx, "mysql/2")), { c: "5" });
    assert.deepEqual(await store.read("staging", (tx) => unitState.get(tx, "mysql/0")), {});
  });

  test("a state is 2 MiB at most, and one that would be larger changes nothing", async () => {
    await using store = await openStore();
    const braces = '{"a":""}'.length;
    const full = { a: "x".repeat(bytesMax - braces) };
    await change(store, full);

    await assert.rejects(change(store, { a: `${full.a}x` }), {
      code: "quota limit exceeded",
      message: `state of unit "mysql/0" would take ${bytesMax + 1} of at most ${bytesMax} bytes`,
    });
    await assert.rejects(change(store, { b: "é" }), { code: "quota limit exceeded" });
    assert.deepEqual(await get(store), full);
    await change(store, { a: "", b: "2" });
    assert.deepEqual(await get(store), { b: "2" });
  });

  test("a unit that goes takes its state along, and no other's", async () => {
    await using store = await openStore();
    await change(store, { a: "1" });
    await change(store, { a: "1" }, "mysql/1");
    await store.write("prod", (tx) => unitState.removeAll(tx, "mysql/0"));

    assert.deepEqual(await get(store), {});
    assert.deepEqual(await store.read("prod", (tx) => unitState.get(tx, "mysql/1")), { a: "1" });
  });
});

function change(store: Store, values: Record<string, string>, unit = "mysql/0"): Promise<void> {
  return store.write("prod", (tx) => unitState.change(tx, unit, values));
}

function get(store: Store): Promise<Readonly<Record<string, string>>> {
  return store.read("prod", (tx) => unitState.get(tx, "mysql/0"));
}
