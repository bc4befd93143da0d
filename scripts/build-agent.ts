/**
 * Builds an agent binary.
 *
 *     npm run build:agent -- --version 3.6.101
 */
import { stat } from "node:fs/promises";
import { parseArgs } from "node:util";
import { currentVersion } from "#release/current.ts";
import { parseVersion } from "#release/version.ts";
import { buildAgent, bundlesFolder } from "./agent-bundle.ts";

const { values } = parseArgs({
  options: {
    version: { type: "string", default: currentVersion },
    output: { type: "string", default: bundlesFolder },
  },
});
parseVersion(values.version);
const { path, manifest } = await buildAgent(values.version, values.output);
const megabytes = ((await stat(path)).size / 1e6).toFixed(1);
process.stdout.write(`${path}\n${megabytes} MB, sha256 ${manifest.sha256}\n`);
