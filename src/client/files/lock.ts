/**
 * The lock on the client's files: one command at a time has it, whatever becomes of that command.
 *
 * It is SQLite's lock on a file with nothing in it. The system takes that back from a process that
 * ends in whatever way; a lock that is a file's mere presence would outlive whoever was killed, and
 * nobody could tell in one step that it is nobody's.
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Clock } from "#base/clock.ts";
import { Problem } from "#base/problem.ts";

export const lockName = ".jumar.lock";
const triesMax = 100;
const pause = Temporal.Duration.from({ milliseconds: 50 });
/** SQLite's code for a lock that somebody else has. */
const busy = 5;

/** Throws `try again` when another command keeps the lock for seconds. */
export async function whileLocked<T>(
  folder: string,
  clock: Clock,
  body: () => Promise<T>,
): Promise<T> {
  const path = join(folder, lockName);
  using lock = new DatabaseSync(path, { timeout: 0 });
  for (let tries = 0; !isTaken(lock); tries++) {
    if (tries >= triesMax) {
      throw new Problem("try again", `another command holds ${path}: try again when it is over`);
    }
    await clock.sleep(pause, new AbortController().signal);
  }
  return await body();
}

/** It is held until the database is closed. */
function isTaken(lock: DatabaseSync): boolean {
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (error instanceof Error && "errcode" in error && error.errcode === busy) return false;
    throw error;
  }
}
