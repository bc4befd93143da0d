/**
 * What somebody else has opened and left open for this program: the lock of a script that runs it, a
 * pipe at which somebody waits. What it starts and leaves behind must not keep those.
 */
import { closeSync, readdirSync, readFileSync } from "node:fs";
import { isMissing } from "./files.ts";

const standardFiles = 3;
/**
 * What programs do not hand on to those that they start. What Node opens is marked so, and of what comes
 * from elsewhere the first numbers, but not all.
 */
export const closeOnExec = 0o2_000_000;

/** Closes them, but for input and outputs; in one go, since numbers are given again. */
export function closeInherited(): void {
  const numbers = readdirSync("/proc/self/fd").map(Number);
  for (const number of numbers.filter((each) => each >= standardFiles)) {
    const [, flags] = /^flags:\s*([0-7]+)$/m.exec(readFacts(number)) ?? [];
    if (flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0) closeSync(number);
  }
}

/** Empty for one that is open no more, as the folder's own. */
function readFacts(number: number): string {
  try {
    return readFileSync(`/proc/self/fdinfo/${number}`, "utf8");
  } catch (error) {
    if (isMissing(error)) return "";
    throw error;
  }
}
