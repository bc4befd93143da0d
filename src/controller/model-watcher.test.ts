import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { AllWatcher } from "#contract/all-watcher.ts";
import { Application } from "#contract/application.ts";
import { Client } from "#contract/client.ts";
import { ModelManager } from "#contract/model-manager.ts";
import { relate } from "#domain/relation/relate.ts";
import { destroyApplication, finishUnit } from "#domain/removal/removal.ts";
import { removeModel } from "#domain/removal/remove-model.ts";
import { controllerScope } from "#domain/scope.ts";
import * as status from "#domain/status/status.ts";
import { deployApp, now, runAll, subordinate, suiteOnEachStore } from "#domain/testing.ts";
import { Feed } from "./feed.ts";
import { watchModel } from "./model-watcher.ts";
import { shop, startTestController, type TestController } from "./testing.ts";

type Delta = readonly [kind: string, change: string, entity: Readonly<Record<string, unknown>>];

suiteOnEachStore("a watcher of a model", (open) => {
  test("tells everything at first, and then only what is different", async () => {
    await using controller = await startTestController(open);
    await using watch = await startWatch(controller);
    const first = await watch.next();
    assert.deepEqual(
      first.map(([kind, change, entity]) => `${kind} ${change} ${entity.name ?? entity.id ?? ""}`),
      [
        "model change shop",
        "machine change 0",
        "machine change 1",
        "charm change ",
        "application change mysql",
        "unit change mysql/0",
        "unit change mysql/1",
        "relation change 0",
      ],
    );
    const [[, , model] = ["", "", {}]] = first;
    assert.equal((model.config as { name: string }).name, "shop");

    const entity = status.entities.workload("mysql/0");
    await controller.store.write(shop, (tx) =>
      status.set(tx, { entity, status: "blocked", message: "no disk", now }),
    );

    const deltas = await watch.next();
    assert.deepEqual(
      deltas.map(([kind, change, { name, status: said, ...rest }]) => [
        ...[kind, change, name],
        ((said ?? rest["workload-status"]) as { current: string }).current,
      ]),
      [
        ["application", "change", "mysql", "blocked"],
        ["unit", "change", "mysql/0", "blocked"],
      ],
    );
  });

  test("says of a subordinate beside whom it stands", async () => {
    await using controller = await startTestController(open);
    const { store } = controller;
    await deployApp(store, shop, { name: "nrpe", metadata: subordinate, units: 0 });
    await runAll(store, shop);
    await using watch = await startWatch(controller);
    await watch.next();
    await store.write(shop, (tx) => relate(tx, ["nrpe", "mysql"], now));

    const told = (await watch.next()).filter(([kind]) => kind === "unit");
    const places = told.map(([, , { name, principal, subordinate: flag, "machine-id": id }]) => {
      return [name, principal, flag, id];
    });
    assert.deepEqual(places, [
      ["nrpe/0", "mysql/0", true, "0"],
      ["nrpe/1", "mysql/1", true, "1"],
    ]);
  });

  test("tells of a failed hook what the full status does", async () => {
    await using controller = await startTestController(open);
    const entity = status.entities.unitAgent("mysql/0");
    const failed = { status: "error", message: 'hook failed: "start"', now };
    await controller.store.write(shop, (tx) => status.set(tx, { entity, ...failed }));
    await using watch = await startWatch(controller);
    const [, , unit = {}] = (await watch.next()).find(([, , { name }]) => name === "mysql/0") ?? [];
    const { "workload-status": workload, "agent-status": agent } = unit;
    const shown = [workload, agent].map((said) => (said as { current: string }).current);
    assert.deepEqual(shown, ["error", "idle"]);
  });

  test("tells what is gone, with what it was known by", async () => {
    await using controller = await startTestController(open);
    await using watch = await startWatch(controller);
    await watch.next();
    await controller.store.write(shop, async (tx) => {
      await destroyApplication(tx, "mysql");
      await finishUnit(tx, "mysql/0", now);
      await finishUnit(tx, "mysql/1", now);
    });
    const gone = (await watch.next()).filter(([, change]) => change === "remove");
    const kinds = gone.map(([kind, , entity]) => `${kind} ${entity.name ?? entity.id ?? ""}`);
    for (const each of ["application mysql", "unit mysql/0", "unit mysql/1", "relation 0"]) {
      assert.ok(kinds.includes(each), `${each} in ${kinds}`);
    }
  });

  test("changes that follow each other fast are told together", async () => {
    await using controller = await startTestController(open);
    const { store, services } = controller;
    const watcher = watchModel(services, shop, AbortSignal.timeout(20_000));
    await watcher.next();
    const waiting = watcher.next();
    const entity = status.entities.workload("mysql/0");
    for (const message of ["1 of 2", "2 of 2"]) {
      const said = { entity, status: "maintenance", message, now };
      await store.write(shop, (tx) => status.set(tx, said));
      for (let count = 0; count < 50; count++) await turn(); // long enough to look
    }
    const deltas = (await whileTimeGoesOn(controller, waiting)) as readonly Delta[];
    const [, , unit = {}] = deltas.find(([kind]) => kind === "unit") ?? [];
    assert.equal((unit["workload-status"] as { message: string }).message, "2 of 2");
  });

  test("whoever waits for news of a new model costs nothing meanwhile", async (t) => {
    await using controller = await startTestController(open);
    await using anna = await controller.connect("user-anna");
    const made = { name: "quiet", "owner-tag": "user-anna", config: {}, "cloud-tag": "" };
    const { uuid } = await anna.facade(ModelManager).CreateModel({
      ...{ ...made, region: "", credential: "" },
    });
    await using watch = await startWatch(controller, { as: "user-anna", model: uuid });
    await watch.next();
    const reads = t.mock.method(controller.services.store, "read").mock;
    const waiting = assert.rejects(watch.next(), { code: "stopped" });
    await watch.pause();
    const before = reads.callCount();
    for (let round = 0; round < 50; round++) await watch.pause();
    const readsOfPause = 2;
    assert.ok(reads.callCount() - before < 50 * readsOfPause + 20, `${reads.callCount()} reads`);
    await watch.stop();
    await waiting;
  });

  test("tells whoever waits that the model is gone, which is the end of it", async () => {
    await using controller = await startTestController(open);
    const { store } = controller;
    const signal = AbortSignal.timeout(20_000);
    const watcher = watchModel(controller.services, shop, signal);
    await watcher.next();
    const waiting = watcher.next();
    for (let count = 0; count < 50; count++) await turn(); // long enough to be waiting
    await store.write(controllerScope, (tx) => removeModel(tx, shop));
    const gone = (await whileTimeGoesOn(controller, waiting)) as readonly Delta[];
    const kinds = gone.map(([kind, change]) => `${kind} ${change}`);
    assert.deepEqual(new Set(kinds), new Set(removedKinds));
    const after = whileTimeGoesOn(controller, watcher.next());
    await assert.rejects(after, { code: "stopped" });
    assert.equal(signal.aborted, false);
  });

  test("whoever begins to wait for a model that is gone already is not kept waiting", async () => {
    await using controller = await startTestController(open);
    const { store } = controller;
    const since = await store.latestChange(shop);
    await store.write(controllerScope, (tx) => removeModel(tx, shop));
    const stop = new AbortController();
    const late = AbortSignal.timeout(20_000);
    await new Feed(store, stop.signal).changed({ model: shop, since, topics: undefined }, late);
    stop.abort();
    assert.equal(late.aborted, false);
  });

  test("changes that nobody waits for are not read", async (t) => {
    await using controller = await startTestController(open);
    const { store } = controller;
    const stop = new AbortController();
    const feed = new Feed(store, stop.signal);
    const ended: string[] = [];
    const { changes } = store;
    t.mock.method(store, "changes", async function* (...of: Parameters<typeof changes>) {
      yield* changes.apply(store, of);
      ended.push(of[0]);
    });
    const since = await store.latestChange(shop);
    const leave = new AbortController();
    const wait = { model: shop, since, topics: undefined };
    const waits = [feed.changed(wait, leave.signal), feed.changed(wait, AbortSignal.abort())];
    await waits[1];
    assert.deepEqual(ended, []);
    leave.abort();
    await waits[0];
    while (ended.length < 2) await turn();
    assert.deepEqual(new Set(ended), new Set([shop, controllerScope]));
    stop.abort();
  });

  test("whoever waits for news hears that the watcher was stopped, and it is known no more", async () => {
    await using controller = await startTestController(open);
    await using watch = await startWatch(controller);
    await watch.next();
    const waiting = assert.rejects(watch.next(), {
      code: "stopped",
      message: "watcher was stopped",
    });
    await watch.pause();
    await watch.stop();
    await waiting;
    await assert.rejects(watch.next(), { code: "not found", message: 'unknown watcher id "1"' });
  });

  test("a connection has a bounded number of them", async () => {
    await using controller = await startTestController(open);
    await using rita = await controller.connect("user-rita", shop);
    const client = rita.facade(Client);
    for (let count = 0; count < 20; count++) await client.WatchAll();
    await assert.rejects(client.WatchAll(), {
      code: "quota limit exceeded",
      message: "a connection has at most 20 watchers",
    });
  });

  test("a change that comes while somebody begins to wait is not missed", async () => {
    await using controller = await startTestController(open);
    const { store } = controller;
    await using will = await controller.connect("user-will", shop);
    for (let round = 0; round < 30; round++) {
      const stop = new AbortController();
      const feed = new Feed(store, stop.signal);
      const since = await store.latestChange(shop);
      const late = AbortSignal.timeout(20_000);
      const waits = Array.from({ length: 5 }, () =>
        feed.changed({ model: shop, since, topics: undefined }, late),
      );
      await will.facade(Application).AddUnits({ application: "mysql", "num-units": 1 });
      await Promise.all(waits);
      stop.abort();
      assert.equal(late.aborted, false, `round ${round}`);
    }
  });
});

const removedKinds = ["model", "machine", "charm", "application", "unit", "relation"].map(
  (kind) => `${kind} remove`,
);

/** Looks are some time apart, and the clock is the test's. */
async function whileTimeGoesOn<T>({ clock }: TestController, answer: Promise<T>): Promise<T> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  void answer.then(over, over);
  while (!isOver) {
    clock.advance({ milliseconds: 10 });
    await turn();
  }
  return await answer;
}

async function startWatch(
  controller: TestController,
  { as, model }: { readonly as: string; readonly model: string } = { as: "user-rita", model: shop },
) {
  const rita = await controller.connect(as, model);
  const { "watcher-id": id } = await rita.facade(Client).WatchAll();
  const watcher = rita.facade(AllWatcher);
  return {
    next: async () => {
      const { deltas } = await whileTimeGoesOn(controller, watcher.Next({ id }));
      return deltas as readonly Delta[];
    },
    /** Long enough for what was asked before to be under way. */
    pause: () => rita.facade(Client).FullStatus({}),
    stop: () => watcher.Stop({ id }),
    [Symbol.asyncDispose]: () => rita[Symbol.asyncDispose](),
  };
}
