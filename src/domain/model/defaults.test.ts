import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import { controllerScope } from "../scope.ts";
import { allRows, newModel, suiteOnEachStore } from "../testing.ts";
import { changeDefaults, listDefaults, sourcesOf, wholeCloud } from "./defaults.ts";
import * as model from "./model.ts";

function change(
  store: Store,
  region: string,
  to: Parameters<typeof changeDefaults>[2],
): Promise<void> {
  return store.write(controllerScope, (tx) => changeDefaults(tx, region, to));
}

suiteOnEachStore("defaults of new models", (openStore) => {
  test("a new model has its maker's settings, its region's and its cloud's, in this order", async () => {
    await using store = await openStore();
    const set = { "agent-probation": "5m", "http-proxy": "a", "https-proxy": "b", mode: "strict" };
    await change(store, wholeCloud, { set });
    await change(store, "here", { set: { "http-proxy": "c", "https-proxy": "d" } });
    await change(store, "there", { set: { "http-proxy": "e" } });
    await newModel(store, "prod", { region: "here", settings: { "https-proxy": "f" } });

    const own = await store.read("prod", model.getOwnSettings);
    assert.deepEqual(own, {
      ...{ "agent-probation": "5m", "http-proxy": "c", "https-proxy": "f", mode: "strict" },
    });
    const sourceOf = await store.read("prod", (tx) => sourcesOf(tx, { region: "here", own }));
    const keys = ["agent-probation", "http-proxy", "https-proxy", "mode", "ftp-proxy"];
    assert.deepEqual(keys.map(sourceOf), [
      "controller",
      "region",
      "model",
      "controller",
      "default",
    ]);
  });

  test("a later default changes a model only where a setting is reset", async () => {
    await using store = await openStore();
    await newModel(store, "prod", { settings: { "http-proxy": "a" } });
    await change(store, wholeCloud, { set: { "http-proxy": "b", "https-proxy": "c" } });
    const own = () => store.read("prod", model.getOwnSettings);
    assert.deepEqual(await own(), { "http-proxy": "a" });

    const unset = ["http-proxy", "ftp-proxy"];
    await store.write("prod", (tx) => model.changeSettings(tx, { unset }));
    assert.deepEqual(await own(), { "http-proxy": "b" });
  });

  test("defaults change all or none, and go by region", async () => {
    await using store = await openStore();
    await change(store, wholeCloud, { set: { "num-provision-workers": "3", colour: "red" } });
    await change(store, "here", { set: { colour: "blue" } });
    const before = await allRows(store);
    for (const to of [
      { set: { "http-proxy": "a", mode: "brave" } },
      { set: { "agent-version": "3.6.1" } },
      { set: { "http-proxy": "a" }, unset: ["two words"] },
    ]) {
      await assert.rejects(change(store, wholeCloud, to), { code: "not valid" });
    }
    assert.deepEqual(await allRows(store), before);

    await change(store, "here", { unset: ["colour", "nosuch"] });
    assert.deepEqual(
      await store.read(controllerScope, listDefaults),
      new Map([[wholeCloud, { colour: "red", "num-provision-workers": 3 }]]),
    );
  });
});
