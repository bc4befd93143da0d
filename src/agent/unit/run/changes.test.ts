/** What a hook has written, and what becomes of it when the disk does not take it. */
import assert from "node:assert/strict";
import { mkdtempDisposable, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { PendingChanges } from "./changes.ts";

test("a write that finds no place for its file fails, and the next one does not", async () => {
  await using scratch = await mkdtempDisposable(join(tmpdir(), "jumar-changes-"));
  const folder = join(scratch.path, "run");
  {
    await using pending = await PendingChanges.open(folder);
    await writeFile(folder, "in its way");
    await assert.rejects(pending.setState({ other: "written" }), { code: "EEXIST" });
    await rm(folder);
    await pending.setState({ word: "kept" });
  }
  await using again = await PendingChanges.open(folder);
  assert.deepEqual(again.all.state, { other: "written", word: "kept" });
});
