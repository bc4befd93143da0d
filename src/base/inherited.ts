/**
 * What somebody else has opened and left open for this program: the lock of a script that runs it, a
 * pipe at which somebody waits. What it starts and leaves behind must not keep those.
 */
import { closeSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { readTextIfAny } from "./files.ts";

const standardFiles = 3;
/** What Node opens is marked so, and of what comes from elsewhere the first numbers, but not all. */
const closeOnExec = 0o2_000_000;

/** Closes them, but for input and outputs. */
export async function closeInherited(): Promise<void> {
  const numbers = (await readdir("/proc/self/fd")).map(Number);
  for (const number of numbers.filter((each) => each >= standardFiles)) {
    const facts = await readTextIfAny(`/proc/self/fdinfo/${number}`);
    const [, flags] = /^flags:\s*([0-7]+)$/m.exec(facts ?? "") ?? [];
    if (flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0) closeSync(number);
  }
}
