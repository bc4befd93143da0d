import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { AllWatcher } from "#contract/all-watcher.ts";
import { Client } from "#contract/client.ts";
import * as constraints from "#domain/constraints/constraints.ts";
import * as machine from "#domain/machine/machine.ts";
import { suiteOnEachStore } from "#domain/testing.ts";
import { shop, startTestController } from "./testing.ts";

type Entity = Readonly<Record<string, unknown>>;
type Delta = readonly [kind: string, change: string, entity: Entity];

suiteOnEachStore("a watcher of machines", (open) => {
  test("hears that an agent is away for too long, though nothing changes when it is", async () => {
    await using controller = await startTestController(open);
    const { store, clock } = controller;
    const now = clock.now();
    await store.write(shop, async (tx) => {
      await machine.report(tx, "0", { version: "3.6.100", hostname: "host" });
      await machine.setConnected(tx, "0", { isConnected: false, now });
    });
    await using rita = await controller.connect("user-rita", shop);
    const { "watcher-id": id } = await rita.facade(Client).WatchAll();
    const watcher = rita.facade(AllWatcher);
    await watcher.Next({ id });

    const next = watcher.Next({ id });
    const told = { isOver: false };
    void next.finally(() => {
      told.isOver = true;
    });
    for (clock.advance({ seconds: 20 }); !told.isOver; clock.advance({ seconds: 1 })) await turn();
    const deltas = (await next).deltas as readonly Delta[];
    assert.deepEqual(
      deltas.map(([kind, , entity]) => [kind, entity.name ?? entity.id, statusOf(entity)]),
      [
        ["machine", "0", "down"],
        ["unit", "mysql/0", "lost"],
      ],
    );
  });

  test("hears what a machine has and must have", async () => {
    await using controller = await startTestController(open);
    const { store } = controller;
    await store.write(shop, async (tx) => {
      const hardware = "arch=amd64 cores=2 mem=4096M root-disk=8192M";
      await machine.setInstance(tx, "0", { instanceId: "i", addresses: [], hardware });
      await constraints.set(tx, constraints.entities.model, { mem: 1024 });
    });
    await using rita = await controller.connect("user-rita", shop);
    const { "watcher-id": id } = await rita.facade(Client).WatchAll();
    const { deltas } = await rita.facade(AllWatcher).Next({ id });
    const of = (kind: string) =>
      (deltas as readonly Delta[]).find((each) => each[0] === kind)?.[2] ?? {};
    assert.deepEqual(of("machine")["hardware-characteristics"], {
      ...{ arch: "amd64", "cpu-cores": 2, mem: 4096, "root-disk": 8192 },
    });
    assert.deepEqual(of("model").constraints, { mem: 1024 });
  });
});

function statusOf(entity: Entity): string {
  return (entity["agent-status"] as { readonly current: string }).current;
}
