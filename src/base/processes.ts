/** The host's processes, as those who may look at them see them. */
import { readdir, readFile } from "node:fs/promises";

export interface Process {
  readonly pid: number;
  readonly command: readonly string[];
  /** Those variables of its environment that it was looked for by, as in `NAME=value`. */
  readonly variables: readonly string[];
}

/** The processes that have a variable which is wanted. */
export async function listProcessesWith(
  isWanted: (variable: string) => boolean,
): Promise<Process[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map((pid) => inspect(pid, isWanted)));
  return found.filter((process) => process !== undefined);
}

/** Undefined for a process of somebody else, and for one that has gone meanwhile. */
async function inspect(
  pid: number,
  isWanted: (variable: string) => boolean,
): Promise<Process | undefined> {
  try {
    const variables = (await readFile(`/proc/${pid}/environ`, "utf8")).split("\0").filter(isWanted);
    if (variables.length === 0) return undefined;
    const command = (await readFile(`/proc/${pid}/cmdline`, "utf8")).split("\0").slice(0, -1);
    return { pid, command, variables };
  } catch {
    return undefined;
  }
}

/** A process that has gone meanwhile needs no signal. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {}
}
