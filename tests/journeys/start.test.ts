/** How the command line starts, whatever earlier commands have left. */
import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { Scratch } from "../../scripts/scratch.ts";

test("a command leaves its compiled code to the next, which runs as well when that is broken", async () => {
  await using scratch = await Scratch.open();
  const cache = join(scratch.folder, "cache", "jumar");

  const version = await scratch.jumar("version");
  const [name = "", ...others] = await readdir(cache);
  const path = join(cache, name);
  const compiled = await readFile(path);

  assert.match(name, /^version\.[0-9a-f]{16}$/);
  assert.deepEqual(others, []);
  await writeFile(path, compiled.subarray(0, compiled.length / 2));
  await writeFile(join(cache, "version.0000000000000000"), "of an older program");
  assert.equal(await scratch.jumar("version"), version);
  assert.deepEqual(await readdir(cache), [name]);
  assert.notEqual((await readFile(path)).length, compiled.length / 2);
  assert.equal(await scratch.jumar("version"), version);
});

test("a command that fails leaves nothing", async () => {
  await using scratch = await Scratch.open();

  const { status } = await scratch.run(["nonsense"]);

  assert.equal(status, 2);
  assert.deepEqual(await readdir(scratch.folder), []);
});
