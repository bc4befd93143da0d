/** Builds the command line program, and the agent binary of this version. */
import { join } from "node:path";
import { currentVersion } from "#release/current.ts";
import { buildAgent, bundlesFolder } from "./agent-bundle.ts";
import { bundleProgram, root } from "./bundle.ts";

await bundleProgram("src/bin/jumar.ts", {
  output: join(root, "dist", "jumar.cjs"),
  version: currentVersion,
});
const { path } = await buildAgent(currentVersion, bundlesFolder);
process.stdout.write(`built dist/jumar.cjs and ${path}\n`);
