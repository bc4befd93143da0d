/** Builds agent binaries: a single executable, what lies beside it, and a bundle of both. */
import { execFile } from "node:child_process";
import { chmod, copyFile, mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Bundle, executable, hookTool, launcher, packBundle } from "#release/bundle.ts";
import { thisTarget } from "#release/version.ts";
import { bundleProgram, root } from "./bundle.ts";

const run = promisify(execFile);

/** Where bundles go, and where the command line looks for them. */
export const bundlesFolder = join(root, "dist", "agents");

/** Builds the version into `to`; the same source gives the same bytes. */
export async function buildAgent(version: string, to: string): Promise<Bundle> {
  await using scratch = await mkdtempDisposable(join(tmpdir(), "jumar-agent-"));
  const [main, configuration] = ["jumard.mjs", "sea.json"]; // a path would be part of the bytes
  await bundleProgram("src/bin/jumard.ts", { output: join(scratch.path, main), version });
  await writeFile(
    join(scratch.path, configuration),
    JSON.stringify({
      ...{ main, mainFormat: "module", output: executable },
      ...{ disableExperimentalSEAWarning: true, useSnapshot: false, useCodeCache: false },
      execArgv: ["--disable-warning=ExperimentalWarning"],
    }),
  );
  await run(process.execPath, ["--build-sea", configuration], { cwd: scratch.path });
  await copyFile(join(root, "src/agent/launcher.sh"), join(scratch.path, launcher));
  await copyFile(join(root, "src/agent/hook-tool.pl"), join(scratch.path, hookTool));
  for (const name of [executable, launcher, hookTool]) {
    await chmod(join(scratch.path, name), 0o755);
  }
  return await packBundle({ version, ...thisTarget() }, { from: scratch.path, to });
}
