import assert from "node:assert/strict";
import { test } from "node:test";
import { after, now, suiteOnEachStore } from "../testing.ts";
import * as status from "./status.ts";

const entity = status.entities.workload("mysql/0");

suiteOnEachStore("statuses", (openStore) => {
  test("a status that is said again keeps its time, and is no change", async () => {
    await using store = await openStore();
    const data = { hook: "install" };
    const said = { entity, status: "error", message: "hook failed", data };
    for (const seconds of [0, 10]) {
      await store.write("prod", (tx) => status.set(tx, { ...said, now: after(seconds) }));
    }

    assert.deepEqual(await store.read("prod", (tx) => status.find(tx, entity)), {
      ...{ status: "error", message: "hook failed", data, since: now.toString() },
    });
    assert.equal(await store.latestChange("prod"), 1);
  });

  test("another word, message or data is news from then on", async () => {
    await using store = await openStore();
    const said = { entity, status: "active", message: "ready" };
    const news = [said, { ...said, message: "busy" }, { ...said, data: { port: 80 } }];
    const sinces: (string | undefined)[] = [];
    for (const [seconds, each] of [...news, { entity, status: "active" }].entries()) {
      await store.write("prod", (tx) => status.set(tx, { ...each, now: after(seconds) }));
      sinces.push((await store.read("prod", (tx) => status.find(tx, entity)))?.since);
    }

    assert.deepEqual(
      sinces,
      [0, 1, 2, 3].map((seconds) => after(seconds).toString()),
    );
    assert.deepEqual(await store.read("prod", (tx) => status.find(tx, entity)), {
      ...{ status: "active", message: "", data: {}, since: after(3).toString() },
    });
  });

  test("a message is kept up to 10000 characters", async () => {
    await using store = await openStore();
    const message = "m".repeat(10_001);
    await store.write("prod", (tx) => status.set(tx, { entity, status: "active", message, now }));

    const found = await store.read("prod", (tx) => status.find(tx, entity));
    assert.equal(found?.message, "m".repeat(10_000));
  });

  test("a unit's agent and its workload have statuses of their own, in each model", async () => {
    await using store = await openStore();
    const agent = status.entities.unitAgent("mysql/0");
    await store.write("prod", async (tx) => {
      await status.set(tx, { entity: agent, status: "idle", now });
      await status.set(tx, { entity, status: "active", now });
    });
    await store.write("staging", (tx) => status.set(tx, { entity, status: "blocked", now }));
    const words = async (model: string) =>
      Array.from(await store.read(model, status.listAll), ([of, said]) => [of, said.status]);

    assert.deepEqual(
      new Map((await words("prod")) as [string, string][]),
      new Map([
        [agent, "idle"],
        [entity, "active"],
      ]),
    );
    for (const [model, word] of [
      ["prod", "active"],
      ["staging", "blocked"],
    ] as const) {
      const found = await store.read(model, (tx) => status.find(tx, entity));
      assert.equal(found?.status, word);
    }
    await store.write("prod", (tx) => status.remove(tx, [agent, entity]));
    assert.deepEqual(await words("prod"), []);
    assert.deepEqual(await words("staging"), [[entity, "blocked"]]);
  });
});
