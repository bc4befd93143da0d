import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, mkdtempDisposable, readdir, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { removeUnlinked } from "./links.ts";

const filesMax = 2000;

/** Tells how many files it has seen in the folder until that was gone. */
const watcher = `
const { existsSync, readdirSync } = require("node:fs");
const { parentPort, workerData: folder } = require("node:worker_threads");
const seen = new Set();
let told = false;
while (existsSync(folder)) {
  let count;
  try { count = readdirSync(folder).length; } catch {}
  if (existsSync(folder)) seen.add(count); // or it was renamed while it was read
  if (!told) parentPort.postMessage([...seen]);
  told = true;
}
parentPort.postMessage([...seen]);
process.exit();
`;

test("a folder that is removed is whole until it is gone", async () => {
  await using scratch = await mkdtempDisposable(join(tmpdir(), "jumar-"));
  const folder = join(scratch.path, "old");
  await mkdir(folder);
  for (let each = 0; each < filesMax; each++) await writeFile(join(folder, `${each}`), "");
  await utimes(folder, 1000, 1000);
  const worker = new Worker(watcher, { eval: true, workerData: folder });
  const ended = once(worker, "exit");
  let seen: readonly number[] = [];
  worker.on("message", (counts: readonly number[]) => {
    seen = counts;
  });
  await once(worker, "message");

  await removeUnlinked(scratch.path, Temporal.Instant.from("2026-01-01T00:00:00Z"));
  await ended;

  assert.deepEqual(seen, [filesMax]);
  assert.deepEqual(await readdir(scratch.path), []);
});
