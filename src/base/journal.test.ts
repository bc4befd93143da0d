import assert from "node:assert/strict";
import { appendFile, mkdtempDisposable, readFile, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Journal } from "./journal.ts";

interface Count {
  readonly count: number;
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
