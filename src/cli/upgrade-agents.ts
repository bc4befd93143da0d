/** What upgrading a model and upgrading a controller have in common. */
import { isProblem, Problem, toProblemCode } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import type { Connection } from "#client/connection.ts";
import { ModelUpgrader } from "#contract/model-upgrader.ts";
import { toTag } from "#contract/tags.ts";
import { type Bundle, listBundles } from "#release/bundle.ts";
import { compareVersions, parseVersion, thisTarget } from "#release/version.ts";
import { type Context, flag, text, textOr } from "./command.ts";
import { binariesFolder } from "./installation.ts";
import { uploadBinary } from "./upload-binary.ts";

export interface Upgrade {
  readonly controller: string;
  /** Of the model that is upgraded. */
  readonly uuid: string;
  readonly isController: boolean;
  readonly command: string;
  readonly version: string | undefined;
  readonly isDryRun: boolean;
  readonly ignoresAgentVersions: boolean;
  /** Flags that are known and refused, and whether somebody gave them. */
  readonly refused: Readonly<Record<string, boolean>>;
}

/** What upgrade-model and upgrade-controller both take. */
export const upgradeOptions = {
  "agent-stream": textOr("", "Accepted for compatibility; there is only one stream yet"),
  "agent-version": text("Upgrade to a specific version"),
  "build-agent": flag('Refused: build a version with "npm run build:agent" instead'),
  "dry-run": flag("Don't change anything, just report what would be changed"),
  "ignore-agent-versions": flag(
    "Don't check if all agents have already reached the current version",
  ),
  timeout: textOr("10m", "Accepted for compatibility; has no effect"),
  yes: flag("Answer 'yes' to confirmation prompts", "y"),
};

const reasons: Readonly<Record<string, string>> = {
  "--build-agent": 'build the version with "npm run build:agent -- --version VERSION" instead',
  "--reset-previous-upgrade": "an upgrade that has ended is never in the way of another",
  "--upload-tools": 'use "sync-agent-binary"; developers build with "npm run build:agent"',
};

export async function upgradeModel(context: Context, upgrade: Upgrade): Promise<void> {
  const { version, isDryRun, isController } = upgrade;
  refuseImpossible(upgrade);
  await using connection = await context.connectController();
  const bundle = isController ? await newerBundle(context, connection, version) : undefined;
  if (bundle && isDryRun) return sayBest(context, upgrade, bundle.manifest.version);
  context.ifInterrupted("The upgrade was not begun.");
  if (bundle) await uploadBinary(context, { controller: upgrade.controller, connection }, bundle);
  await begin(context, connection, upgrade);
}

function refuseImpossible({ refused, version }: Upgrade): void {
  const given = Object.keys(refused).find((name) => refused[name]);
  if (given) throw new UsageError(`${given} is not supported: ${reasons[given]}`);
  if (version !== undefined) parseVersion(version);
}

function sayBest({ out }: Context, { isDryRun, command }: Upgrade, version: string): void {
  out.note(`best version:\n    ${version}`);
  if (isDryRun) out.note(`upgrade to this version by running\n    jumar ${command}`);
}

async function begin(context: Context, connection: Connection, upgrade: Upgrade): Promise<void> {
  const { isDryRun, version } = upgrade;
  const { out, ifInterrupted } = context;
  if (!isDryRun) ifInterrupted('If it had begun, it goes on; "jumar status" shows it.');
  try {
    const chosen = await ask(connection, upgrade);
    sayBest(context, upgrade, chosen);
    if (!isDryRun) out.print(`started upgrade to ${chosen}`);
  } catch (error) {
    if (!isProblem(error, "already exists")) throw error;
    const reason = version === undefined ? "" : `: ${version} is not newer than what runs`;
    out.note(`${error.message}${reason}`);
  }
}

async function ask(connection: Connection, upgrade: Upgrade): Promise<string> {
  const { error, "chosen-version": chosen } = await connection.facade(ModelUpgrader).UpgradeModel({
    "model-tag": toTag("model", upgrade.uuid),
    "target-version": upgrade.version ?? "0.0.0",
    "dry-run": upgrade.isDryRun,
    "ignore-agent-versions": upgrade.ignoresAgentVersions,
  });
  if (error === undefined) return chosen;
  const code = toProblemCode(error.code);
  const { version } = upgrade;
  const hint =
    code === "not found" && version !== undefined
      ? `; give the controller one with "jumar sync-agent-binary --agent-version ${version}"`
      : "";
  throw new Problem(code, `${error.message}${hint}`);
}

/** What this client has that the controller may need: the version, or the newest patch. */
async function newerBundle(
  { environment }: Context,
  { login }: Connection,
  wanted: string | undefined,
): Promise<Bundle | undefined> {
  const running = login["server-version"];
  const { os, arch } = thisTarget();
  const { major, minor } = parseVersion(running);
  const bundles = (await listBundles(binariesFolder(environment))).filter(({ manifest }) => {
    const number = parseVersion(manifest.version);
    const isPatch = number.major === major && number.minor === minor;
    return manifest.os === os && manifest.arch === arch && (wanted !== undefined || isPatch);
  });
  const chosen =
    wanted === undefined
      ? bundles.at(-1)
      : bundles.find(({ manifest }) => manifest.version === wanted);
  const isNewer = chosen && compareVersions(chosen.manifest.version, running) > 0;
  return isNewer ? chosen : undefined;
}
