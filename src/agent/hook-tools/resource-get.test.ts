import assert from "node:assert/strict";
import { test } from "node:test";
import { failed, hookOf, printed, run } from "../testing.ts";

const { hook } = hookOf({ resources: { data: "/unit/resources/data/data.txt" } });

test("resource-get prints the file's path and nothing after it, in whatever format", async () => {
  assert.deepEqual(await run(hook, "resource-get data"), printed("/unit/resources/data/data.txt"));
  const { code } = await run(hook, "resource-get data --format json");
  assert.equal(code, 2);
});

test("a resource that cannot be had and one that is not named are told in Juju's words", async () => {
  assert.deepEqual(
    await run(hook, "resource-get other"),
    failed(1, 'could not download resource: resource "other" not found'),
  );
  assert.deepEqual(await run(hook, "resource-get"), failed(2, "missing required resource name"));
});
