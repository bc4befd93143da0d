import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import * as machine from "#domain/machine/machine.ts";
import * as model from "#domain/model/model.ts";
import * as removal from "#domain/removal/removal.ts";
import { removeMachine } from "#domain/removal/remove-machine.ts";
import { suiteOnEachStore } from "#domain/testing.ts";
import type { StartUp } from "#providers/provider.ts";
import { FakeCloud } from "#providers/testing.ts";
import type { Store } from "#store/store.ts";
import { shop, startTestController, type TestController } from "../testing.ts";
import type { Worker } from "../worker.ts";
import machineUndertaker from "./machine-undertaker.ts";
import removalEnforcer from "./removal-enforcer.ts";

const noStartUp: StartUp = {
  ...{ tag: "", binary: "", sharedBinary: "" },
  unpackBinary: async () => {},
  files: () => [],
};

/** A model whose two machines have instances, and one instance more that no machine knows of. */
async function openSite(open: () => Promise<Store>) {
  const controller = await startTestController(open);
  const cloud = new FakeCloud();
  const { uuid } = controller.services.identity;
  for (const id of ["0", "1", "7"]) {
    await cloud.start({ controller: uuid, model: shop, machine: id }, noStartUp);
  }
  await controller.store.write(shop, async (tx) => {
    for (const id of ["0", "1"]) {
      const instance = { instanceId: `i-${shop}-${id}`, addresses: [], hardware: "" };
      await machine.setInstance(tx, id, instance);
    }
  });
  cloud.deeds.length = 0;
  return { controller, cloud };
}

/** Works until it is so, while time goes on. */
async function workUntil(
  { controller, cloud }: { readonly controller: TestController; readonly cloud: FakeCloud },
  workers: readonly Worker[],
  isSo: () => Promise<boolean>,
): Promise<void> {
  const stop = new AbortController();
  const { services, clock } = controller;
  const needs = { services, model: shop, provider: cloud, log: services.log };
  const working = workers.map((each) => each.run(needs, stop.signal));
  while (!(await isSo())) {
    clock.advance({ seconds: 1 });
    await turn();
  }
  stop.abort();
  await Promise.allSettled(working);
}

suiteOnEachStore("dead machines", (open) => {
  test("the instance of a dead machine is stopped, unless it was to be kept", async () => {
    const site = await openSite(open);
    await using controller = site.controller;
    const forced = { isForced: true };
    await controller.store.write(shop, async (tx) => {
      await removeMachine(tx, "0", { ...forced, keepsInstance: true });
      await removeMachine(tx, "1", { ...forced, keepsInstance: false });
    });
    const isForgotten = async () => (await controller.store.read(shop, machine.list)).length === 0;
    await workUntil(site, [machineUndertaker], isForgotten);
    assert.deepEqual(site.cloud.deeds, [`stop i-${shop}-1`]);
  });

  for (const [mode, deeds] of [
    ["none", []],
    ["unknown", [`stop i-${shop}-0`, `stop i-${shop}-7`]],
    ["all", [`stop i-${shop}-0`, `stop i-${shop}-7`]],
    ["destroyed", [`stop i-${shop}-0`]],
  ] as const) {
    test(`with provisioner-harvest-mode ${mode}, ${deeds.length} of three instances are stopped`, async () => {
      const site = await openSite(open);
      await using controller = site.controller;
      await controller.store.write(shop, async (tx) => {
        await model.changeSettings(tx, { set: { "provisioner-harvest-mode": mode } });
        await removeMachine(tx, "0", { isForced: true, keepsInstance: false });
      });
      const isDone = async () =>
        (await controller.store.read(shop, machine.list)).length === 1 &&
        site.cloud.deeds.length === deeds.length;
      await workUntil(site, [machineUndertaker], isDone);
      assert.deepEqual(new Set(site.cloud.deeds), new Set<string>(deeds));
    });
  }

  test("what has not gone in its time goes by force when that is over", async () => {
    const site = await openSite(open);
    await using controller = site.controller;
    const due = controller.clock.now().add({ seconds: 60 });
    await controller.store.write(shop, (tx) =>
      removal.destroyUnit(tx, "mysql/0", { isForced: true, due }),
    );
    const isForgotten = async () => (await controller.store.read(shop, machine.list)).length === 1;
    await workUntil(site, [removalEnforcer, machineUndertaker], isForgotten);
    assert.ok(Temporal.Instant.compare(controller.clock.now(), due) >= 0);
    assert.deepEqual(site.cloud.deeds, [`stop i-${shop}-0`]);
    assert.ok(controller.logged.some((line) => line.includes("unit mysql/0 has not gone in time")));
  });
});
