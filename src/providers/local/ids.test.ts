/** The ids of instances, which are the names of folders. */
import assert from "node:assert/strict";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openLocal } from "./local.ts";

test("an id that would lead elsewhere is refused", async () => {
  await using root = await mkdtempDisposable(join(tmpdir(), "jumar-local-"));
  const cloud = openLocal(root.path);
  const { signal } = new AbortController();
  for (const id of ["", "..", "../x", "a/b", "A"]) {
    await assert.rejects(cloud.stop(id, signal), { code: "not valid" });
  }
});
