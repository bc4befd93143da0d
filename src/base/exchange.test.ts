import assert from "node:assert/strict";
import { mkdir, mkdtempDisposable, readdir, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { exchangeFolders, mendExchange } from "./exchange.ts";

test("two folders change places, with everything in them", async () => {
  await using scratch = await mkdtempDisposable(join(tmpdir(), "jumar-"));
  const [a, b] = await makeFolders(scratch.path);

  await exchangeFolders(a, b);

  assert.deepEqual(await readdir(a), ["from-b"]);
  assert.deepEqual(await readdir(b), ["from-a"]);
});

test("an exchange that was cut short leaves the old folder where it was", async () => {
  await using scratch = await mkdtempDisposable(join(tmpdir(), "jumar-"));
  const [a, b] = await makeFolders(scratch.path);
  await rename(a, `${b}.leaving`);

  await mendExchange(a, b);

  assert.deepEqual(await readdir(a), ["from-a"]);
  assert.deepEqual(await readdir(b), ["from-b"]);
});

test("an exchange that was cut short at its end is completed, and loses nothing", async () => {
  await using scratch = await mkdtempDisposable(join(tmpdir(), "jumar-"));
  const [a, b] = await makeFolders(scratch.path);
  await rename(a, `${b}.leaving`);
  await rename(b, a);

  await mendExchange(a, b);

  assert.deepEqual(await readdir(a), ["from-b"]);
  assert.deepEqual(await readdir(b), ["from-a"]);
});

async function makeFolders(folder: string): Promise<readonly [string, string]> {
  const paths = [join(folder, "a"), join(folder, "b")] as const;
  for (const [index, path] of paths.entries()) {
    await mkdir(path);
    await writeFile(join(path, index === 0 ? "from-a" : "from-b"), "");
  }
  return paths;
}
