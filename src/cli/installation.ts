/** Where this program was installed, and what lies beside it. */
import { existsSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Problem } from "#base/problem.ts";
import { rootsFolder } from "#providers/local/own-host.ts";
import { type Bundle, listBundles } from "#release/bundle.ts";
import { formatBinaryName, thisTarget } from "#release/version.ts";

/** The folder of agent binaries: what somebody says, or what came with the program. */
export function binariesFolder(environment: NodeJS.ProcessEnv): string {
  const own = environment.JUMAR_AGENT_BINARIES;
  return own ? resolve(own) : join(installationRoot(import.meta.dirname), "dist", "agents");
}

function installationRoot(folder: string): string {
  const above = dirname(folder);
  if (existsSync(join(folder, "package.json")) || above === folder) return folder;
  return installationRoot(above);
}

/** The bundle of a version for this host's kind of machine. Throws `not found`, and what to do. */
export async function findBundle(folder: string, version: string): Promise<Bundle> {
  const bundles = await listBundles(folder);
  const name = formatBinaryName({ version, ...thisTarget() });
  const found = bundles.find(({ manifest }) => formatBinaryName(manifest) === name);
  if (found) return found;
  const hint = `build it with "npm run build:agent -- --version ${version}"`;
  throw new Problem("not found", `no agent binary ${name} in ${folder}: ${hint}`);
}

/** Where local clouds keep their machines unless somebody says otherwise. */
export function defaultDataFolder({ XDG_DATA_HOME: data }: NodeJS.ProcessEnv): string {
  if (data) return join(data, "jumar");
  return userInfo().uid === 0 ? rootsFolder : join(homedir(), ".local", "share", "jumar");
}
