import assert from "node:assert/strict";
import { test } from "node:test";
import { end } from "#domain/ledger.ts";
import * as log from "#domain/log/log.ts";
import * as model from "#domain/model/model.ts";
import { removeModel } from "#domain/removal/remove-model.ts";
import { controllerScope } from "#domain/scope.ts";
import * as history from "#domain/status/history.ts";
import * as status from "#domain/status/status.ts";
import { suiteOnEachStore } from "#domain/testing.ts";
import { FakeCloud } from "#providers/testing.ts";
import { blog, shop, startTestController, type TestController } from "../testing.ts";
import janitor from "./janitor.ts";

const entity = status.entities.workload("mysql/0");

/** One pass, up to where it sleeps. */
async function pass({ services, clock }: TestController): Promise<void> {
  const stop = new AbortController();
  const { promise: isOver, resolve: setOver } = Promise.withResolvers<void>();
  const own = { now: () => clock.now(), sleep: async () => setOver() };
  const needs = { model: controllerScope, provider: new FakeCloud(), log: services.log };
  const working = janitor.run({ ...needs, services: { ...services, clock: own } }, stop.signal);
  await isOver;
  stop.abort();
  await working;
}

/** So many lines of machine 0 of the model. */
async function logLines({ store, clock }: TestController, of: string, count: number) {
  const now = clock.now();
  const line = { entity: "machine-0", level: "INFO", module: "juju", location: "" } as const;
  const lines = Array.from({ length: count }, (_, index) => ({
    ...{ ...line, sequence: index + 1, time: now.epochMilliseconds, message: "x" },
  }));
  const sent = { machine: "0", spool: "s", lines, now };
  await store.write(log.logScope(of), (tx) => log.add(tx, sent));
}

suiteOnEachStore("the janitor", (open) => {
  test("what a model has logged goes when it is old, and all of it with the model", async () => {
    await using controller = await startTestController(open);
    const { store, clock } = controller;
    for (const each of [shop, blog]) await logLines(controller, each, 3);
    const count = (of: string) =>
      store.read(log.logScope(of), async (tx) => {
        const rows = tx.selectFrom("log_line").select("seq").where("model", "=", tx.model);
        return (await rows.execute()).length;
      });
    await pass(controller);
    assert.deepEqual([await count(shop), await count(blog)], [3, 3]);

    await store.write(controllerScope, (tx) => removeModel(tx, blog));
    clock.advance(log.logBounds.ageMax);
    clock.advance({ seconds: 1 });
    await pass(controller);
    assert.deepEqual([await count(shop), await count(blog)], [1, 0]);
    assert.deepEqual(await store.read(controllerScope, log.listLogged), [shop]);
  });

  test("past statuses are kept for as long as their model says", async () => {
    await using controller = await startTestController(open);
    const { store, clock } = controller;
    const set = { "max-status-history-age": "1h" };
    await store.write(shop, (tx) => model.changeSettings(tx, { set }));
    const say = (message: string) =>
      store.write(shop, (tx) =>
        status.set(tx, { entity, status: "active", message, now: clock.now() }),
      );
    const said = async () => {
      const asked = { entities: [entity], size: undefined, from: undefined, exclude: [] };
      const found = await store.read(shop, (tx) => history.list(tx, asked));
      return found.map(({ message }) => message);
    };
    await say("old");
    clock.advance({ hours: 2 });
    await say("new");
    await pass(controller);

    assert.deepEqual(await said(), ["new"]);
    const last = await store.read(blog, (tx) => end(tx, "status_history"));
    assert.ok(last.seq > 1, "what another model keeps is its own business");
  });
});
