/** Builds what running the programs needs, where the source is newer than what was built. */
import { existsSync, globSync, statSync } from "node:fs";
import { join } from "node:path";
import { currentVersion } from "#release/current.ts";
import { formatBinaryName, thisTarget } from "#release/version.ts";
import { buildAgent, bundlesFolder } from "./agent-bundle.ts";
import { bundleCommandLine, commandLine, root } from "./bundle.ts";

const sources = ["src/**/*.{ts,sh,pl}", "scripts/*.ts", "package-lock.json"];

/** The command line program, and agent binaries of the versions. */
export async function prepareProgram(
  versions: readonly string[],
  say: (text: string) => void,
): Promise<void> {
  const newest = Math.max(...globSync(sources, { cwd: root }).map(changedAt));
  if (isOlder(commandLine, newest)) {
    say("Building the command line ...");
    await bundleCommandLine(currentVersion);
  }
  for (const version of versions) {
    const name = formatBinaryName({ version, ...thisTarget() });
    if (!isOlder(join(bundlesFolder, `jumar-${name}.json`), newest)) continue;
    say(`Building the agent ${version} ...`);
    await buildAgent(version, bundlesFolder);
  }
}

function changedAt(path: string): number {
  return statSync(join(root, path)).mtimeMs;
}

function isOlder(path: string, time: number): boolean {
  return !existsSync(path) || statSync(path).mtimeMs < time;
}
