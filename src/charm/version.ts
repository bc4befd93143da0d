/** Versions: what a charm's developers call a state of its code. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { exists } from "#base/files.ts";

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

/** Others than git leave a folder of their own where their work trees begin, as Juju looks for it. */
const commands: readonly (readonly [trace: string, command: string, ...words: string[]])[] = [
  ["", "git", "--no-optional-locks", "describe", "--dirty", "--always"],
  [".hg", "hg", "id", "-n"],
  [".bzr", "bzr", "version-info"],
];

/**
 * What git calls the state of the folder, or else Mercurial or Bazaar; undefined when it is no work
 * tree of theirs, or they take long.
 */
export async function describeVersion(folder: string): Promise<string | undefined> {
  for (const [trace, command, ...words] of commands) {
    const version = await tryToDescribe(folder, { trace, command, words });
    if (version !== undefined) return version;
  }
  return undefined;
}

interface Attempt {
  readonly trace: string;
  readonly command: string;
  readonly words: readonly string[];
}

async function tryToDescribe(
  folder: string,
  { trace, command, words }: Attempt,
): Promise<string | undefined> {
  if (!(await exists(join(folder, trace)))) return undefined;
  const limits = { timeout: describeTimeoutMs, killSignal: "SIGKILL" } as const;
  try {
    const { stdout } = await run(command, words, { cwd: folder, ...limits });
    return parseVersion(stdout);
  } catch {
    return undefined;
  }
}
