/** What upgrading a model and upgrading a controller have in common. */
import { isProblem, Problem, toProblemCode } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import type { Connection } from "#client/connection.ts";
import { ModelUpgrader } from "#contract/model-upgrader.ts";
import { toTag } from "#contract/tags.ts";
import { type Bundle, listBundles } from "#release/bundle.ts";
import { formatBinaryName, parseVersion } from "#release/version.ts";
import { type Context, flag, text, textOr } from "./command.ts";
import { binariesFolder } from "./installation.ts";
import { uploadBinary } from "./upload-binary.ts";

export interface Upgrade {
  readonly controller: string;
  /** The UUID of the model that is upgraded. */
  readonly find: (connection: Connection) => Promise<string>;
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
  yes: flag("Accepted for compatibility; nothing is asked", "y"),
};

const reasons: Readonly<Record<string, string>> = {
  "--build-agent": 'build the version with "npm run build:agent -- --version VERSION" instead',
  "--reset-previous-upgrade": "an upgrade that has ended is never in the way of another",
  "--upload-tools": 'use "sync-agent-binary"; developers build with "npm run build:agent"',
};

/**
 * Asks the controller for the upgrade. It says which binary it wants first, if it is one that only
 * this client has; then nothing has begun, and it is asked again once it has the binary.
 */
export async function upgradeModel(context: Context, upgrade: Upgrade): Promise<void> {
  refuseImpossible(upgrade);
  const { isDryRun, version } = upgrade;
  const { environment, out } = context;
  const bundles = await listBundles(binariesFolder(environment));
  await using connection = await context.connectController();
  const uuid = await upgrade.find(connection);
  try {
    const chosen = await begin(context, connection, { ...upgrade, uuid, bundles });
    sayBest(context, upgrade, chosen);
    if (!isDryRun) out.print(`started upgrade to ${chosen}`);
  } catch (error) {
    if (!isProblem(error, "already exists")) throw error;
    const reason =
      version === undefined ? "" : `: ${version} is not newer than the model's version`;
    out.note(`${error.message}${reason}`);
  }
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

interface Offer extends Upgrade {
  readonly uuid: string;
  readonly bundles: readonly Bundle[];
}

/** Returns the version that the model goes to. */
async function begin(context: Context, connection: Connection, offer: Offer): Promise<string> {
  const { isDryRun, controller, bundles } = offer;
  const begun = 'If it had begun, it goes on; "jumar status" shows it.';
  if (!isDryRun) context.ifInterrupted(begun);
  const { "chosen-version": chosen, "wanted-binary": wanted } = await ask(connection, offer);
  const bundle = bundles.find(({ manifest }) => formatBinaryName(manifest) === wanted);
  if (bundle === undefined || isDryRun) return chosen;
  context.ifInterrupted("The upgrade was not begun.");
  await uploadBinary(context, { controller, connection }, bundle);
  context.ifInterrupted(begun);
  return (await ask(connection, offer))["chosen-version"];
}

async function ask(connection: Connection, { version, bundles, ...upgrade }: Offer) {
  const upgrading = connection.facade(ModelUpgrader).UpgradeModel({
    "model-tag": toTag("model", upgrade.uuid),
    "target-version": version ?? "0.0.0",
    "dry-run": upgrade.isDryRun,
    "ignore-agent-versions": upgrade.ignoresAgentVersions,
    "offered-binaries": bundles.map(({ manifest }) => formatBinaryName(manifest)),
  });
  const { error, ...answer } = await upgrading.catch(nameMissing);
  if (error === undefined) return answer;
  const code = toProblemCode(error.code);
  const hint =
    code === "not found" && version !== undefined
      ? `; give the controller one with "jumar sync-agent-binary --agent-version ${version}"`
      : "";
  throw new Problem(code, `${error.message}${hint}`);
}

/** What stands in the way of an upgrade is in its result; what is not found besides is the model. */
function nameMissing(error: unknown): never {
  if (!isProblem(error, "not found")) throw error;
  throw new Problem("model not found", error.message, { cause: error });
}
