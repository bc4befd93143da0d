/**
 * Upgrading agents: which version a model may go to, what stands in the way, and the rollout.
 *
 * The controller's own model goes first, and no model ever exceeds it: an agent may be older than
 * its controller, never newer. The texts are Juju's.
 */
import { Problem } from "#base/problem.ts";
import {
  type BinaryName,
  compareVersions,
  formatBinaryName,
  parseVersion,
  type Target,
} from "#release/version.ts";
import { agentPolicy, blockersOf, planAllAtOnce } from "#rollout/plan.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as agentBinary from "../agent-binary/agent-binary.ts";
import * as machine from "../machine/machine.ts";
import * as model from "../model/model.ts";
import * as rollout from "./rollout.ts";

export interface AgentUpgrade {
  /** The version to go to, or empty to have it chosen. */
  readonly version: string;
  /** Checks everything and changes nothing. */
  readonly isDryRun: boolean;
  readonly ignoreAgentVersions: boolean;
  /** What the controller runs, and what it runs on. */
  readonly controllerVersion: string;
  readonly target: Target;
  /**
   * Agent binaries that whoever asks can give the controller. They count for its own model only,
   * since nobody but its administrators may give it any.
   */
  readonly offered: readonly BinaryName[];
  readonly startedBy: string;
  readonly now: Temporal.Instant;
}

export interface ChosenVersion {
  readonly version: string;
  /** The offered binary that the controller has to be given first: nothing has begun. */
  readonly wanted?: string;
}

const nothingNewer = "no upgrades available";

/**
 * Begins the upgrade; returns the version that it goes to. Throws `already exists` when the model
 * is there, `not found` when there is no such version, and `not valid` or `upgrade in progress` with
 * everything that stands in the way.
 */
export async function upgradeAgents(
  tx: Transaction,
  upgrade: AgentUpgrade,
): Promise<ChosenVersion> {
  const { isDryRun, startedBy, now } = upgrade;
  const current = await model.get(tx);
  if (current.life !== "alive") throw new Problem("not valid", "model is not alive");
  const machines = (await machine.list(tx)).filter(({ life }) => life === "alive");
  const version = await chooseVersion(tx, current, upgrade);
  await refuseSame(tx, { current, machines, version });
  const wanted = await findWanted(tx, { current, version }, upgrade);
  await refuseBlocked(tx, { current, machines, version }, upgrade);
  if (wanted !== undefined) return { version, wanted };
  if (isDryRun) return { version };
  await model.setAgentVersion(tx, version);
  const members = machines.filter((each) => !isSettledAt(each, version));
  const ids = members.map(({ id }) => id);
  await rollout.start(tx, {
    ...{ kind: "agents", subject: current.name, to: version },
    from: versionsBefore(members, version) || current.agentVersion,
    ...{ plan: planAllAtOnce(ids, agentPolicy), startedBy, now },
  });
  return { version };
}

/** What they run, which is not what the model was to run if an upgrade has halted. */
function versionsBefore(machines: readonly machine.Machine[], to: string): string {
  const versions = new Set(machines.flatMap(({ version }) => version ?? []));
  versions.delete(to);
  return [...versions].toSorted(compareVersions).join(", ");
}

/**
 * What the controller, whose model the transaction is about, runs or is on its way to: machines of
 * other models wait until it is there, so that nobody has to.
 */
export async function versionToBe(tx: ReadTransaction, running: string): Promise<string> {
  const { name } = await model.get(tx);
  const underWay = await rollout.findUnderWay(tx, "agents", name);
  return underWay?.to ?? running;
}

/** One that runs the version but is told to run another would leave it again. */
function isSettledAt(each: machine.Machine, version: string): boolean {
  return each.version === version && each.desiredVersion === version;
}

async function chooseVersion(
  tx: ReadTransaction,
  current: model.Model,
  { version, controllerVersion, target, offered }: AgentUpgrade,
): Promise<string> {
  if (current.isController) {
    if (version !== "") return version;
    const binaries = [...(await agentBinary.list(tx)), ...offered];
    return newestPatch(binaries, current.agentVersion, target);
  }
  const wanted = version || controllerVersion;
  parseVersion(wanted);
  if (compareVersions(wanted, controllerVersion) <= 0) return wanted;
  const message = `cannot upgrade to a version "${wanted}" greater than that of the controller "${controllerVersion}": upgrade the controller first`;
  throw new Problem("not valid", message);
}

/** The newest version of the same major and minor number that there is for the target, or `from`. */
function newestPatch(binaries: readonly BinaryName[], from: string, target: Target): string {
  const { major, minor } = parseVersion(from);
  const fitting = binaries.filter(({ version, os, arch }) => {
    const number = parseVersion(version);
    const isPatch = number.major === major && number.minor === minor;
    return isPatch && os === target.os && arch === target.arch;
  });
  const [newest = from] = fitting.map(({ version }) => version).toSorted(newestFirst);
  return newest;
}

function newestFirst(a: string, b: string): number {
  return compareVersions(b, a);
}

/** The version's binary, if only whoever asks has it. Throws `not found` if nobody does. */
async function findWanted(
  tx: ReadTransaction,
  { current, version }: Pick<Situation, "current" | "version">,
  { target, offered }: AgentUpgrade,
): Promise<string | undefined> {
  const name = formatBinaryName({ version, ...target });
  const isOffered = offered.some((each) => formatBinaryName(each) === name);
  if (current.isController && isOffered && !(await agentBinary.find(tx, name))) return name;
  await agentBinary.get(tx, name);
  return undefined;
}

interface Situation {
  readonly current: model.Model;
  readonly machines: readonly machine.Machine[];
  readonly version: string;
}

/**
 * There is nothing to do when the model is there already, unless an upgrade to it has ended and
 * machines were left behind: then they are tried again.
 */
async function refuseSame(
  tx: ReadTransaction,
  { current, machines, version }: Situation,
): Promise<void> {
  const order = compareVersions(version, current.agentVersion);
  if (order > 0) return refuseOtherSeries(current, version);
  const isUnderWay = await rollout.findUnderWay(tx, "agents", current.name);
  const areBehind = machines.some((each) => each.version !== null && each.version !== version);
  if (order === 0 && areBehind && !isUnderWay) return;
  throw new Problem("already exists", nothingNewer);
}

function refuseOtherSeries({ isController, agentVersion }: model.Model, version: string): void {
  const [from, to] = [parseVersion(agentVersion), parseVersion(version)];
  if (!isController || (from.major === to.major && from.minor === to.minor)) return;
  const series = `${to.major}.${to.minor}`;
  const message = `upgrading a controller to a newer major.minor version ${series} not supported`;
  throw new Problem("not supported", message);
}

async function refuseBlocked(
  tx: ReadTransaction,
  { current, machines, version }: Situation,
  { ignoreAgentVersions }: AgentUpgrade,
): Promise<void> {
  const underWay = await rollout.findUnderWay(tx, "agents", current.name);
  const blockers = blockersOf({
    machines: machines.filter((each) => each.instanceId !== null),
    current: current.agentVersion,
    target: version,
    underWay: underWay ?? null,
    isRetry: version === current.agentVersion,
  }).filter(({ override }) => override === null || !ignoreAgentVersions);
  if (blockers.length === 0) return;
  const code = underWay ? "upgrade in progress" : "not valid";
  const reasons = blockers.map(({ message, override }) =>
    override === null ? message : `${message} (override with ${override})`,
  );
  throw new Problem(code, reasons.join("; "));
}
