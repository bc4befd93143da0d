import assert from "node:assert/strict";
import { mkdtempDisposable, readdir, readFile, readlink, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { replaceLink, syncTree, writeFileDurably } from "./files.ts";

test("a file is replaced as a whole, is private, and leaves no scratch behind", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "jumar-"));
  const path = join(folder.path, "conf");

  await writeFileDurably(path, "one");
  await writeFileDurably(path, "two");

  assert.equal(await readFile(path, "utf8"), "two");
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(folder.path), ["conf"]);
});

test("a link is pointed elsewhere in one step, even one that led nowhere", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "jumar-"));
  const path = join(folder.path, "current");

  await replaceLink(path, "missing");
  await replaceLink(path, "other");

  assert.equal(await readlink(path), "other");
  await syncTree(folder.path);
});
