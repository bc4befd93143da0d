import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { systemClock } from "#base/clock.ts";
import { ManualClock } from "#base/testing.ts";
import { lockName, whileLocked } from "./lock.ts";

const holder = `
import { systemClock } from "#base/clock.ts";
import { whileLocked } from "#client/files/lock.ts";
await whileLocked(process.argv[1], systemClock, async () => {
  process.stdout.write("held");
  await new Promise((resolve) => setTimeout(resolve, 600_000));
});
`;

test("a command that was killed while it held the lock is in nobody's way", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "jumar-lock-"));
  const args = ["--input-type=module", "--eval", holder, folder.path];
  const other = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  await once(other.stdout, "data");
  const order: string[] = [];
  const waiting = whileLocked(folder.path, systemClock, async () => order.push("mine"));

  order.push("killed");
  other.kill("SIGKILL");
  await waiting;

  assert.deepEqual(order, ["killed", "mine"]);
});

test("whoever waits for too long is told what for, and the holder goes on", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "jumar-lock-"));
  const clock = new ManualClock();
  const { promise, resolve } = Promise.withResolvers<void>();
  const holding = whileLocked(folder.path, clock, () => promise);
  const waiting = whileLocked(folder.path, clock, async () => assert.fail("the lock was taken"));
  const refused = assert.rejects(waiting, {
    code: "try again",
    message: `another command holds ${join(folder.path, lockName)}: try again when it is over`,
  });
  let isOver = false;
  void refused.then(() => {
    isOver = true;
  });
  while (!isOver) {
    clock.advance({ seconds: 1 });
    await new Promise(setImmediate);
  }
  await refused;

  resolve();
  await holding;
  assert.equal(await whileLocked(folder.path, clock, async () => "free again"), "free again");
});
