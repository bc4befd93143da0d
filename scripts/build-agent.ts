/**
 * Builds an agent binary.
 *
 *     npm run build:agent -- --version 3.6.101
 */
import { stat } from "node:fs/promises";
import { parseArgs } from "node:util";
import { messageOf } from "#base/problem.ts";
import { currentVersion } from "#release/current.ts";
import { parseVersion } from "#release/version.ts";
import { buildAgent, bundlesFolder } from "./agent-bundle.ts";

try {
  const { version, output } = readArguments();
  const { path, manifest } = await buildAgent(version, output);
  const megabytes = ((await stat(path)).size / 1e6).toFixed(1);
  process.stdout.write(`${path}\n${megabytes} MB, sha256 ${manifest.sha256}\n`);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

function readArguments(): { readonly version: string; readonly output: string } {
  const { values } = parseArgs({
    options: {
      version: { type: "string", default: currentVersion },
      output: { type: "string", default: bundlesFolder },
    },
  });
  parseVersion(values.version);
  return values;
}
