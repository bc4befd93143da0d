import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { newCharmFolder } from "./testing.ts";
import { writeZip } from "./zip-writer.ts";

test("a member that cannot be read ends the writing with the reason", async () => {
  await using folder = await newCharmFolder();
  async function* cutShort() {
    yield Buffer.alloc(100_000);
    throw new Error("the disk is gone");
  }
  const members = ["a", "b"].map((path) => ({ path, mode: 0o100644, content: cutShort }));

  await assert.rejects(writeZip(join(folder.path, "x.zip"), members), {
    message: "the disk is gone",
  });
});

test("an archive that cannot be written ends the reading", async () => {
  await using folder = await newCharmFolder();
  let isOver = false;
  async function* endless() {
    try {
      for (;;) yield Buffer.alloc(100_000);
    } finally {
      isOver = true;
    }
  }
  const members = [{ path: "a", mode: 0o100644, content: endless }];

  await assert.rejects(writeZip(join(folder.path, "missing", "x.zip"), members), {
    code: "ENOENT",
  });
  for (let turns = 0; turns < 1000 && !isOver; turns++) await turn();

  assert.ok(isOver);
});
