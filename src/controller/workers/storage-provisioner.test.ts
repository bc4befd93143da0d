import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { supervise } from "#base/supervisor.ts";
import * as removal from "#domain/removal/removal.ts";
import { removeStorage } from "#domain/storage/leave.ts";
import * as storage from "#domain/storage/storage.ts";
import { deployApp, suiteOnEachStore } from "#domain/testing.ts";
import { FakeCloud } from "#providers/testing.ts";
import type { Store } from "#store/store.ts";
import { readStorage, toStorageDetails } from "../storage-details.ts";
import { shop, startTestController, type TestController } from "../testing.ts";
import storageProvisioner from "./storage-provisioner.ts";

/** A model with a unit of `db`, whose storage is `data/0`, and the worker. */
class Site implements AsyncDisposable {
  readonly cloud = new FakeCloud();
  readonly controller: TestController;
  readonly #stop = new AbortController();
  readonly #work: Promise<unknown>;

  private constructor(controller: TestController) {
    this.controller = controller;
    const { services } = controller;
    const needs = { services, model: shop, provider: this.cloud, log: services.log };
    const { name, run } = storageProvisioner;
    const task = { name, run: (signal: AbortSignal) => run(needs, signal) };
    this.#work = supervise(task, services, this.#stop.signal);
  }

  static async open(openStore: () => Promise<Store>, pool = "local"): Promise<Site> {
    const controller = await startTestController(openStore);
    const metadata = "storage: {data: {type: filesystem}}";
    await deployApp(controller.store, shop, { name: "db", metadata, storage: { data: { pool } } });
    return new Site(controller);
  }

  /** Time goes on until it is so. */
  async until(isSo: () => Promise<boolean>): Promise<void> {
    while (!(await isSo())) {
      this.controller.clock.advance({ seconds: 1 });
      await turn();
    }
  }

  async find() {
    const all = await this.controller.store.read(shop, storage.list);
    return all.find(({ id }) => id === "data/0");
  }

  async status() {
    return this.controller.store.read(shop, async (tx) => {
      const details = toStorageDetails(await readStorage(tx), await storage.get(tx, "data/0"));
      return `${details.status.status}: ${details.status.info}`;
    });
  }

  /** Its unit is gone, and it is to follow. */
  async remove(destroysData: boolean): Promise<void> {
    await this.controller.store.write(shop, async (tx) => {
      await removal.destroyUnit(tx, "db/0", { isForced: true });
      await removeStorage(tx, "data/0", { destroysAttachments: false, destroysData });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#work;
    await this.controller[Symbol.asyncDispose]();
  }
}

suiteOnEachStore("the provisioner of storage", (open) => {
  test("the cloud makes a folder for new storage, and takes it away when nobody has it", async () => {
    await using site = await Site.open(open);
    await site.until(async () => (await site.find())?.place === `/${shop}/0`);
    await site.remove(true);
    await site.until(async () => (await site.find()) === undefined);
    assert.deepEqual([...site.cloud.filesystems], []);
  });

  test("the data of storage that is released stays", async () => {
    await using site = await Site.open(open);
    await site.until(async () => (await site.find())?.place !== "");
    await site.remove(false);
    await site.until(async () => (await site.find()) === undefined);
    assert.deepEqual([...site.cloud.filesystems], [["0", `/${shop}/0`]]);
    assert.deepEqual(site.cloud.deeds, ["release 0"]);
  });

  test("what the cloud has against it is shown, and it is tried again", async () => {
    await using site = await Site.open(open);
    site.cloud.goDown();
    await site.until(async () => (await site.status()) === "error: the cloud is down");
    site.cloud.comeBack();
    await site.until(async () => (await site.find())?.place !== "");
    assert.equal(await site.status(), "attaching: ");
  });

  test("what the cloud can never remove goes by force, in its time, and the log says what is left", async () => {
    await using site = await Site.open(open);
    await site.until(async () => (await site.find())?.place !== "");
    site.cloud.goDown();
    await site.remove(true);
    await site.until(async () => (await site.status()) === "error: the cloud is down");
    const due = site.controller.clock.now().add({ seconds: 15 });
    const manner = { isForced: true, due, destroysStorage: true };
    await site.controller.store.write(shop, (tx) => removal.destroyModel(tx, manner));
    await site.until(async () => (await site.find()) === undefined);
    assert.ok(Temporal.Instant.compare(site.controller.clock.now(), due) >= 0);
    const told = site.controller.logged.filter((line) => line.includes("storage data/0: "));
    const reason = "it is forgotten by force, since it cannot be removed: the cloud is down";
    const left = `${reason}; what is left of it lies in "/${shop}/0"`;
    assert.deepEqual(
      told.map((line) => line.includes(left)),
      [true],
    );
    assert.deepEqual([...site.cloud.filesystems], [["0", `/${shop}/0`]]);
  });

  test("storage that is removed by force goes as any other if the cloud can remove it", async () => {
    await using site = await Site.open(open);
    await site.until(async () => (await site.find())?.place !== "");
    const all = { destroysAttachments: true, destroysData: true, isForced: true };
    await site.controller.store.write(shop, async (tx) => {
      await removal.destroyUnit(tx, "db/0", { isForced: true });
      await removeStorage(tx, "data/0", all);
    });
    await site.until(async () => (await site.find()) === undefined);
    assert.deepEqual([...site.cloud.filesystems], []);
  });

  test("what machines keep themselves is no business of the cloud's", async () => {
    await using site = await Site.open(open, "rootfs");
    for (let second = 0; second < 30; second++) {
      site.controller.clock.advance({ seconds: 1 });
      await turn();
    }
    assert.equal((await site.find())?.place, "");
    assert.deepEqual([...site.cloud.filesystems], []);
  });
});
