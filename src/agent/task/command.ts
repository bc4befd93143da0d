/** Commands as tasks have them: what runs them, and for how long. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TaskDetails } from "#contract/task.ts";

/** What runs the commands, which may be longer than a command line. */
export async function writeCommand(
  folder: string,
  { parameters }: TaskDetails,
): Promise<readonly string[]> {
  const path = join(folder, "commands");
  await writeFile(path, String(parameters.command ?? ""), { mode: 0o600 });
  return ["/bin/bash", path];
}

/** Undefined for a command that may take as long as it takes. */
export function timeoutOf({ parameters }: TaskDetails): Temporal.Duration | undefined {
  const { timeout } = parameters;
  if (typeof timeout !== "number" || timeout <= 0) return undefined;
  return Temporal.Duration.from({ milliseconds: Math.ceil(timeout / 1e6) });
}
