import assert from "node:assert/strict";
import { test } from "node:test";
import { ModelManager } from "#contract/model-manager.ts";
import { suiteOnEachStore } from "#domain/testing.ts";
import { shop, startTestController } from "./testing.ts";

suiteOnEachStore("last connections", (open) => {
  test("a model says when each user was there last, to within half a minute", async () => {
    await using controller = await startTestController(open);
    const { clock } = controller;
    await using anna = await controller.connect("user-anna");
    const manager = anna.facade(ModelManager);
    const seen = async () => {
      const { result } = await manager.ModelInfo({ tag: `model-${shop}` });
      const last = result?.users.map((each) => [each.user, each["last-connection"]]) ?? [];
      return new Map(last as [string, string | null][]);
    };
    assert.deepEqual(new Set((await seen()).values()), new Set([null]));

    const first = clock.now().toString();
    await using _will = await controller.connect("user-will", shop);
    clock.advance({ seconds: 29 });
    await using _soon = await controller.connect("user-will", shop);
    await using _anna = await controller.connect("user-anna", shop);
    const second = clock.now().toString();
    assert.deepEqual([(await seen()).get("will"), (await seen()).get("anna")], [first, second]);
    clock.advance({ seconds: 1 });
    await using _later = await controller.connect("user-will", shop);
    assert.equal((await seen()).get("will"), clock.now().toString());

    const { results } = await manager.ListModelSummaries({ "user-tag": "user-anna" });
    const summary = results.find(({ result }) => result?.uuid === shop)?.result;
    assert.equal(summary?.["last-connection"], second);
    const { "user-models": listed } = await manager.ListModels({ tag: "user-anna" });
    const own = listed.find((each) => each.model.uuid === shop);
    assert.equal(own?.["last-connection"], second);
  });
});
