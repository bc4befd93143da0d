import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { appendFile, mkdtempDisposable, readFile, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { Journal } from "./journal.ts";

const run = promisify(execFile);

interface Count {
  readonly count: number;
}

const [, , command, childPath] = process.argv;
if (command === "fill") {
  await fill(childPath ?? "");
  process.exit(0);
}

test("a journal remembers the last state that was written", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "jumar-"));
  const path = join(folder.path, "sub", "journal");
  await write(path, [1, 2, 3]);

  assert.deepEqual(await last(path), { count: 3 });
  await write(path, [4]);
  assert.deepEqual(await last(path), { count: 4 });
});

test("wherever a crash tears a record off, the one before it counts and the next is kept", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "jumar-"));
  const path = join(folder.path, "journal");
  await write(path, [1]);
  const { size: whole } = await stat(path);
  await write(path, [2]);
  const { size } = await stat(path);

  for (let length = whole; length < size; length++) {
    await truncate(path, length);
    assert.deepEqual(await last(path), { count: 1 }, `${length} of ${size} bytes`);
    await write(path, [2]);
  }
  await appendFile(path, "00000000 {}\n");
  assert.deepEqual(await last(path), { count: 2 });
});

test("a journal does not grow without bounds", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "jumar-"));
  const path = join(folder.path, "journal");
  const { journal } = await Journal.open<string>(path);
  for (let index = 0; index < 30; index++) {
    await journal.write(`${index} ${"x".repeat(100_000)}`, { durable: false });
  }
  await journal[Symbol.asyncDispose]();

  assert.ok((await readFile(path)).length <= 1024 * 1024);
  assert.match((await last(path)) as unknown as string, /^29 /);
});

test("what is written when a full disk has room again is remembered, and never half of a record", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "jumar-"));
  const path = join(folder.path, "journal");
  const program = `ulimit -S -f 8 && exec "${process.execPath}" "${import.meta.filename}" fill "${path}"`;
  const { stdout } = await run("/bin/sh", ["-c", program]);

  assert.equal(stdout, "refused twice\n");
  assert.deepEqual(await last(path), { count: 7 });
});

/** Writes until the limit for files refuses it, which stands for a full disk, and again without it. */
async function fill(path: string): Promise<void> {
  const { journal } = await Journal.open<object>(path);
  const refused = () => assert.rejects(fillUp(journal), { code: "EFBIG" });
  await refused();
  await refused();
  await run("prlimit", ["--pid", String(process.pid), "--fsize=unlimited:"]);
  process.stdout.write("refused twice\n");
  for (const count of [6, 7]) await journal.write({ count }, { durable: false });
}

async function fillUp(journal: Journal<object>): Promise<void> {
  for (let count = 0; count < 100; count++) {
    await journal.write({ count, filler: "x".repeat(1000) }, { durable: false });
  }
}

async function write(path: string, counts: readonly number[]): Promise<void> {
  const { journal } = await Journal.open<Count>(path);
  await using opened = journal;
  for (const count of counts) await opened.write({ count }, { durable: true });
}

async function last(path: string): Promise<Count | undefined> {
  const { journal, last: remembered } = await Journal.open<Count>(path);
  await journal[Symbol.asyncDispose]();
  return remembered;
}
