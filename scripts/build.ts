/** Builds the command line program, and the agent binary of this version. */
import { currentVersion } from "#release/current.ts";
import { buildAgent, bundlesFolder } from "./agent-bundle.ts";
import { bundleCommandLine } from "./bundle.ts";

await bundleCommandLine(currentVersion);
const { path } = await buildAgent(currentVersion, bundlesFolder);
process.stdout.write(`built dist/jumar.cjs and ${path}\n`);
