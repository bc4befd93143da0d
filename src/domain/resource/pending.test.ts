import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import * as application from "../application/application.ts";
import { listReferencedBlobs } from "../removal/blobs.ts";
import * as rollout from "../rollout/rollout.ts";
import { upgradeCharm } from "../rollout/upgrade-charm.ts";
import { controllerScope } from "../scope.ts";
import {
  addCharm,
  after,
  deployApp,
  newModel,
  noSettings,
  now,
  suiteOnEachStore,
} from "../testing.ts";
import * as unit from "../unit/unit.ts";
import * as pending from "./pending.ts";
import * as resource from "./resource.ts";
import { contentOf, deployWithResources, metadata } from "./testing.ts";

const daySeconds = 24 * 3600;
const forces = { force: false, forceBase: false, forceUnits: false };

suiteOnEachStore("pending resources", (openStore) => {
  test("a deployment takes what was uploaded for it, all or nothing, and only once", async () => {
    await using store = await openStore();
    await newModel(store);
    const id = await upload(store, "one");
    const deploy = (name: string, resources: Readonly<Record<string, string>>) =>
      deployApp(store, "prod", { name, metadata, resources });

    await assert.rejects(deploy("app", { data: id, nosuch: id }), {
      code: "not found",
      message: 'unrecognized resource "nosuch"',
    });
    await assert.rejects(deploy("other", { data: id }), {
      code: "not found",
      message: `pending resource "data" of application "other" not found: ${id}`,
    });
    await deploy("app", { data: id });
    assert.deepEqual(await contentIn(store), contentOf("one"));
    await assert.rejects(upgrade(store, { data: id }), {
      message: `pending resource "data" of application "app" not found: ${id}`,
    });
  });

  test("an upgrade takes resources with the charm or without, and is one upgrade", async () => {
    await using store = await openStore();
    await deployWithResources(store);
    await upgrade(store, { data: await upload(store, "one") });
    assert.deepEqual(await contentIn(store), contentOf("one"));
    const charm = await addCharm(store, "prod", { name: "app", metadata });
    await upgrade(store, { data: await upload(store, "two") }, charm);
    assert.deepEqual(await contentIn(store), contentOf("two"));

    const [app, [first], rollouts] = await store.read("prod", async (tx) => [
      await application.get(tx, "app"),
      await unit.list(tx),
      await rollout.list(tx),
    ]);
    assert.deepEqual([app.charm, app.modifiedVersion], ["local:app-1", 3]);
    assert.deepEqual([first?.desiredCharm, first?.desiredModifiedVersion], ["local:app-1", 3]);
    assert.deepEqual(
      rollouts.map(({ from, to, modifiedVersion }) => [from, to, modifiedVersion]),
      [
        ["local:app-0", "local:app-1", 3],
        ["local:app-0", "local:app-0", 2],
      ],
    );
  });

  test("one that was announced and never uploaded changes nothing", async () => {
    await using store = await openStore();
    await newModel(store);
    const named = { application: "app", name: "data", path: "data.txt" };
    const [id = ""] = await store.write("prod", (tx) => pending.add(tx, [named], now));
    await deployApp(store, "prod", { name: "app", metadata, resources: { data: id } });

    assert.equal(await contentIn(store), undefined);
  });

  test("what nobody takes is needed for a day", async () => {
    await using store = await openStore();
    await newModel(store);
    await upload(store, "one");
    const isNeeded = async () =>
      (await store.read(controllerScope, listReferencedBlobs)).has(contentOf("one").sha256);
    const forget = (seconds: number) =>
      store.write("prod", (tx) => pending.forgetOld(tx, after(seconds)));
    await forget(daySeconds);
    assert.equal(await isNeeded(), true);

    await forget(daySeconds + 1);
    assert.equal(await isNeeded(), false);
  });
});

async function upload(store: Store, text: string): Promise<string> {
  const named = { application: "app", name: "data", path: "data.txt" };
  return store.write("prod", async (tx) => {
    const [id = ""] = await pending.add(tx, [named], now);
    await pending.put(tx, { ...named, id }, contentOf(text));
    return id;
  });
}

async function upgrade(
  store: Store,
  resources: Readonly<Record<string, string>>,
  charm = "local:app-0",
): Promise<void> {
  const rest = { channel: "", settings: noSettings, startedBy: "jane", now };
  await store.write("prod", (tx) =>
    upgradeCharm(tx, { application: "app", charm, resources, ...forces, ...rest }),
  );
}

async function contentIn(store: Store) {
  const found = await store.read("prod", (tx) => resource.get(tx, "data", { application: "app" }));
  return found.content;
}
