import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import * as charm from "../charm/charm.ts";
import { upgradeCharm } from "../rollout/upgrade-charm.ts";
import { advanceAll } from "../rollout/watch.ts";
import { controllerScope } from "../scope.ts";
import {
  addCharm,
  after,
  commitHook,
  deployApp,
  newModel,
  noSettings,
  now,
  runAll,
  suiteOnEachStore,
} from "../testing.ts";
import { listReferencedBlobs } from "./blobs.ts";
import { forgetUnusedCharms } from "./charms.ts";
import { destroyApplication, finishUnit } from "./removal.ts";

const daySeconds = 24 * 3600;

suiteOnEachStore("forgetting charms", (openStore) => {
  test("a charm that nothing uses is forgotten after a day, with its archive, and not before", async () => {
    await using store = await openStore();
    await newModel(store);
    await newModel(store, "staging");
    await addCharm(store, "prod", { name: "mysql" });
    await addCharm(store, "staging", { name: "wordpress" });
    await forget(store, daySeconds);
    assert.deepEqual(await urls(store), ["local:mysql-0"]);

    await forget(store, daySeconds + 1);
    assert.deepEqual(await urls(store), []);
    await assert.rejects(deployApp(store, "prod", { name: "mysql", charm: "local:mysql-0" }), {
      code: "not found",
      message: 'charm "local:mysql-0" not found',
    });
    const blobs = await store.read(controllerScope, listReferencedBlobs);
    assert.deepEqual(blobs, new Set(["sha256 of wordpress"]));
  });

  test("the revision of a charm that is forgotten is not given to another", async () => {
    await using store = await openStore();
    await newModel(store);
    await addCharm(store, "prod", { name: "mysql", revision: "7" });
    await forget(store, daySeconds + 1);
    assert.equal(await addCharm(store, "prod", { name: "mysql", revision: "7" }), "local:mysql-8");
  });

  test("the charms of an upgrade are kept as long as anything runs them, and no longer", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql" });
    await runAll(store, "prod");
    await upgrade(store, await addCharm(store, "prod", { name: "mysql" }));
    await addCharm(store, "prod", { name: "mysql" });
    await forget(store, daySeconds + 1);
    assert.deepEqual(await urls(store), ["local:mysql-0", "local:mysql-1"]);

    const facts = { charm: "local:mysql-1", modifiedVersion: 2 };
    await commitHook(store, "prod", { unit: "mysql/0", facts });
    await forget(store, daySeconds + 1);
    assert.deepEqual(await urls(store), ["local:mysql-0", "local:mysql-1"]);
    await store.write("prod", (tx) => advanceAll(tx, after(60)));
    await forget(store, daySeconds + 1);
    assert.deepEqual(await urls(store), ["local:mysql-1"]);

    await store.write("prod", (tx) => destroyApplication(tx, "mysql"));
    await forget(store, daySeconds + 1);
    assert.deepEqual(await urls(store), ["local:mysql-1"]);
    await store.write("prod", (tx) => finishUnit(tx, "mysql/0", now));
    await forget(store, daySeconds + 1);
    assert.deepEqual(await urls(store), []);
  });

  test("a charm that a unit still runs is kept, though nobody upgrades from it any more", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql" });
    await runAll(store, "prod");
    for (let count = 0; count < 3; count++) {
      await upgrade(store, await addCharm(store, "prod", { name: "mysql" }));
    }
    await forget(store, daySeconds + 1);
    assert.deepEqual(await urls(store), ["local:mysql-0", "local:mysql-2", "local:mysql-3"]);
  });
});

async function forget(store: Store, seconds: number): Promise<void> {
  await store.write("prod", (tx) => forgetUnusedCharms(tx, after(seconds)));
}

async function urls(store: Store): Promise<string[]> {
  return (await store.read("prod", charm.list)).map(({ url }) => url);
}

async function upgrade(store: Store, url: string): Promise<void> {
  const forces = { force: false, forceBase: false, forceUnits: false };
  const rest = { channel: "", settings: noSettings, startedBy: "jane", now };
  await store.write("prod", (tx) =>
    upgradeCharm(tx, { application: "mysql", charm: url, ...forces, ...rest }),
  );
}
