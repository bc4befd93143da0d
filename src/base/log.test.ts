import assert from "node:assert/strict";
import { mkdtempDisposable, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileSink, logTo } from "./log.ts";
import { ManualClock } from "./testing.ts";

test("a line has the date, the level, the module and the message", () => {
  const lines: string[] = [];
  const log = logTo((line) => lines.push(line), new ManualClock(), "unit.mysql/0");

  log.of("install").write("WARNING", "disk is\nnearly full\n");

  assert.deepEqual(lines, [
    "2026-01-01 00:00:00 WARNING unit.mysql/0.install disk is\n  nearly full\n",
  ]);
});

test("a file that has grown too large is set aside, and one such file is kept", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "jumar-"));
  const path = join(folder.path, "log", "unit.log");
  const write = fileSink(path);
  const large = `${"x".repeat(11 * 1024 * 1024)}\n`;

  write(large);
  write("second\n");
  write(large);
  write("third\n");

  assert.deepEqual(await readdir(join(folder.path, "log")), ["unit.log", "unit.log.1"]);
  assert.equal(await readFile(path, "utf8"), "third\n");
});

test("of two who write to a file only the first sets it aside", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "jumar-"));
  const path = join(folder.path, "unit.log");
  const [one, other] = [fileSink(path), fileSink(path)];
  const half = `${"x".repeat(6 * 1024 * 1024)}\n`;
  for (const write of [one, other, one, other]) write(half);
  one("first\n");
  other("second\n");

  assert.match(await readFile(path, "utf8"), /first\nsecond\n$/);
  assert.ok((await readFile(`${path}.1`)).length > 10 * 1024 * 1024);
});

test("a log that has been taken away begins anew, and one that cannot be written holds up nobody", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "jumar-"));
  const path = join(folder.path, "log", "unit.log");
  const write = fileSink(path);
  write(`${"x".repeat(11 * 1024 * 1024)}\n`);
  await rm(path);
  write("anew\n");
  assert.equal(await readFile(path, "utf8"), "anew\n");

  await rm(join(folder.path, "log"), { recursive: true });
  write("lost\n");
  assert.deepEqual(await readdir(folder.path), []);
});
