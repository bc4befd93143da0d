import assert from "node:assert/strict";
import { appendFile, mkdtempDisposable, readdir, readFile, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Bounds, LogSpool } from "./spool.ts";

const line = { time: 1, entity: "unit-mysql-0", level: "INFO", module: "unit" } as const;
const small: Bounds = { segmentBytesMax: 200, segmentsMax: 3 };

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  await using folder = await mkdtempDisposable(join(tmpdir(), "jumar-spool-"));
  await body(join(folder.path, "spool"));
}

function append(spool: LogSpool, messages: readonly string[]): void {
  for (const message of messages) spool.append({ ...line, message });
}

/** Everything after the number, however many reads it takes. */
async function readAll(spool: LogSpool, after: number): Promise<[number, string][]> {
  const found: [number, string][] = [];
  for (let seen = after; ; seen = found.at(-1)?.[0] ?? seen) {
    const lines = await spool.read(seen);
    if (lines.length === 0) return found;
    found.push(...lines.map(({ sequence, message }) => [sequence, message] as [number, string]));
  }
}

async function segmentsOf(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(".log")).toSorted();
}

test("lines are numbered, and read again in their order, from anywhere", () =>
  inFolder(async (folder) => {
    await using spool = LogSpool.open(folder);
    append(spool, ["a", "b\nb", "c  \n"]);
    await spool.sync();

    assert.deepEqual(await spool.read(0), [
      { ...line, sequence: 1, message: "a" },
      { ...line, sequence: 2, message: "b\nb" },
      { ...line, sequence: 3, message: "c" },
    ]);
    assert.deepEqual(await readAll(spool, 1), [
      [2, "b\nb"],
      [3, "c"],
    ]);
    assert.deepEqual(await spool.read(3), []);
    append(spool, ["d"]);
    assert.deepEqual(await readAll(spool, 3), [[4, "d"]]);
  }));

test("whoever opens it again goes on with the numbers, and reads what is left", () =>
  inFolder(async (folder) => {
    let id = "";
    for (const message of ["a", "b", "c"]) {
      await using spool = LogSpool.open(folder, small);
      id ||= spool.id;
      assert.equal(spool.id, id);
      append(spool, [message]);
    }

    await using spool = LogSpool.open(folder, small);
    assert.equal(spool.last, 3);
    assert.deepEqual(await readAll(spool, 1), [
      [2, "b"],
      [3, "c"],
    ]);
  }));

test("a line that was torn off is not there, and the next one is whole", () =>
  inFolder(async (folder) => {
    {
      await using spool = LogSpool.open(folder);
      append(spool, ["a", "b"]);
    }
    const [segment = ""] = await segmentsOf(folder);
    const path = join(folder, segment);
    await truncate(path, (await readFile(path)).length - 4);

    await using spool = LogSpool.open(folder);
    append(spool, ["c"]);
    assert.deepEqual(await readAll(spool, 0), [
      [1, "a"],
      [2, "c"],
    ]);
  }));

test("what has been damaged is passed over", () =>
  inFolder(async (folder) => {
    await using spool = LogSpool.open(folder);
    append(spool, ["a"]);
    const [segment = ""] = await segmentsOf(folder);
    await appendFile(join(folder, segment), '{"no":"list"}\n[1]\n\0\n');
    append(spool, ["b"]);
    assert.deepEqual(await readAll(spool, 0), [
      [1, "a"],
      [2, "b"],
    ]);
  }));

test("segments go when they are forgotten, and the oldest when there are too many", () =>
  inFolder(async (folder) => {
    await using spool = LogSpool.open(folder, small);
    const messages = Array.from({ length: 12 }, (_, index) => `${index + 1}`.padStart(100, "x"));
    append(spool, messages.slice(0, 3));
    assert.equal((await segmentsOf(folder)).length, 3);
    spool.forget(2);
    assert.equal((await segmentsOf(folder)).length, 1);

    append(spool, messages.slice(3));
    await spool.sync();
    assert.equal((await segmentsOf(folder)).length, 3);
    const left = await readAll(spool, 2);
    assert.deepEqual(
      left.map(([sequence]) => sequence),
      [10, 11, 12],
    );
  }));

test("a number that somebody knows already is not given again", () =>
  inFolder(async (folder) => {
    await using spool = LogSpool.open(folder);
    append(spool, ["a"]);
    spool.forget(7);
    append(spool, ["b"]);
    assert.deepEqual(await readAll(spool, 7), [[8, "b"]]);
  }));

test("a line that cannot be written keeps its number, and holds up nobody", () =>
  inFolder(async (folder) => {
    await using spool = LogSpool.open(folder, small);
    append(spool, ["a"]);
    await rm(folder, { recursive: true });
    append(spool, ["x".repeat(200), "lost"]);
    const again = LogSpool.open(folder, small);
    assert.notEqual(again.id, spool.id);
    assert.equal(spool.last, 3);
  }));

test("a spool that lost its name is another one, and begins anew", () =>
  inFolder(async (folder) => {
    const first = LogSpool.open(folder);
    append(first, ["a"]);
    await rm(join(folder, "id"));

    await using second = LogSpool.open(folder);
    assert.notEqual(second.id, first.id);
    assert.deepEqual([second.last, await readAll(second, 0)], [0, []]);
  }));

test("whoever waits for more is told of it", () =>
  inFolder(async (folder) => {
    await using spool = LogSpool.open(folder);
    const stop = new AbortController();
    const waiting = spool.beyond(0, stop.signal);
    append(spool, ["a"]);
    await waiting;
    const inVain = spool.beyond(1, stop.signal);
    stop.abort();
    await inVain;
  }));
