import assert from "node:assert/strict";
import { test } from "node:test";
import { suiteOnEachStore } from "#domain/testing.ts";
import { nowhere, shop, startTestController } from "../testing.ts";

suiteOnEachStore("access over plain requests", (open) => {
  test("a model that there is not is said to be unknown, and not to be forbidden", async () => {
    await using controller = await startTestController(open);
    const answer = await controller.request({
      ...{ path: `/model/${nowhere}/charms?url=local:mysql-0`, as: "user-anna" },
    });
    const expected = { error: `unknown model: "${nowhere}"`, "error-code": "model not found" };
    assert.deepEqual([answer.status, answer.json()], [404, expected]);
  });

  test("a fault of the controller's own is not taken for a lack of access", async (t) => {
    await using controller = await startTestController(open);
    const { store } = controller;
    const { read } = store;
    t.mock.method(store, "read", async (...of: Parameters<typeof read>) => {
      if (of[0] === shop) throw new Error("the disk is gone");
      return await read.apply(store, of);
    });
    const path = `/model/${shop}/charms?url=local:mysql-0`;
    const { status } = await controller.request({ path, as: "user-rita" });
    assert.equal(status, 500);
    assert.ok(controller.logged.some((line) => line.includes("the disk is gone")));
  });
});
