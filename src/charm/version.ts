/** Versions: what a charm's developers call a state of its code. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const versionLengthMax = 100;
const describeTimeoutMs = 2000;

/** The first line, without what Bazaar puts before it, cut to what `status` can show. */
export function parseVersion(text: string): string {
  const [line = ""] = text.split("\n");
  return line
    .trim()
    .replace(/^revision-id: /, "")
    .slice(0, versionLengthMax);
}

/** What git calls the state of the folder; undefined when it is no work tree, or git takes long. */
export async function describeVersion(folder: string): Promise<string | undefined> {
  const command = ["--no-optional-locks", "-C", folder, "describe", "--dirty", "--always"];
  try {
    const { stdout } = await run("git", command, {
      timeout: describeTimeoutMs,
      killSignal: "SIGKILL",
    });
    return parseVersion(stdout);
  } catch {
    return undefined;
  }
}
