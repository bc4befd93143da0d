/**
 * The resolver: what a unit's agent does next, from what the charm knows and what is desired.
 *
 * Nothing here acts. It is asked again after each operation and after each piece of news, so that
 * it never plans ahead. The order is Juju's, which charms rely on: what was under way goes first,
 * then what follows from it; a relation is created before anything else is said of it; a new charm
 * goes before news for the old one.
 */
import type { DesiredUnit } from "#contract/machine-agent.ts";
import { type Hook, isSecretHook } from "../hook.ts";
import { isModified, type UnitState } from "../state.ts";
import type { Decision } from "./decision.ts";
import { followMachineUpgrade } from "./machine-upgrade.ts";
import { collectMetrics, nextCollecting, tellMeterStatus } from "./metering.ts";
import {
  nextRelationNews,
  type RelationNews,
  relationsToCreate,
  teardownNews,
} from "./relation-hooks.ts";
import { resumeTask, tendCommands, tendTasks } from "./resolve-tasks.ts";
import { nextSecretNews, nextSecretTime } from "./secret-hooks.ts";
import { awaitStorage, storageTeardown, tellStorage } from "./storage-hooks.ts";

/** What the resolver knows beside the unit's state and what is desired. */
export interface Circumstances {
  readonly now: Temporal.Instant;
  /** Whether this unit holds the lease. */
  readonly isLeader: boolean;
  /** Of the settings and addresses as they are now. */
  readonly configHash: string;
  /** Where each storage is that is there to be used. */
  readonly storage: ReadonlyMap<string, string>;
  readonly updateStatusInterval: Temporal.Duration;
  readonly retriesHooks: boolean;
  /** The name of the boot that the machine is in. */
  readonly boot: string;
  /** Whether units stand beside this one that go before it does. */
  readonly hasSubordinates: boolean;
  /** Whether scripts of the machine wait for commands to run in the unit. */
  readonly hasCommands: boolean;
}

/** What a step wants to be done next, or undefined where it has nothing to do. */
type Step = (
  state: UnitState,
  desired: DesiredUnit,
  circumstances: Circumstances,
) => Decision | undefined;

/** In this order; the first that has something to do decides. */
const steps: readonly Step[] = [
  unmark,
  resumeTask,
  reboot,
  resume,
  followMachineUpgrade,
  tendTasks,
  tendCommands,
  mendFailed,
  awaitStorage,
  runQueued,
  startAgain,
  tearDown,
  deployFirst,
  install,
  createRelations,
  followLeadership,
  tellStorage,
  tellLeaderSettings,
  tellSecrets,
  upgrade,
  tellSettings,
  tellRelations,
  tellMeterStatus,
  collectMetrics,
];

export function decide(
  state: UnitState,
  desired: DesiredUnit,
  circumstances: Circumstances,
): Decision {
  for (const step of steps) {
    const decision = step(state, desired, circumstances);
    if (decision) return decision;
  }
  return decideUpdateStatus(state, desired, circumstances);
}

function unmark({ step }: UnitState, { resolved }: DesiredUnit): Decision | undefined {
  return resolved !== "" && step.kind !== "failed" ? { kind: "unmark" } : undefined;
}

/** What a hook has asked for that counts comes once the controller knows that; what is cut short, after. */
function reboot(
  { rebootAsked, step }: UnitState,
  _: DesiredUnit,
  { boot }: Circumstances,
): Decision | undefined {
  return rebootAsked === boot && step.kind !== "done" ? { kind: "reboot" } : undefined;
}

/** What was under way when the agent died. */
function resume({ operation, step }: UnitState): Decision | undefined {
  if (operation === null) return undefined;
  const hasFailed = operation.kind === "hook" && step.kind === "failed";
  return hasFailed ? undefined : { kind: "resume" };
}

/** A hook that has failed holds up everything that comes after this. */
function mendFailed(
  state: UnitState,
  desired: DesiredUnit,
  circumstances: Circumstances,
): Decision | undefined {
  const { operation, step } = state;
  const { now, retriesHooks } = circumstances;
  if (operation?.kind !== "hook" || step.kind !== "failed") return undefined;
  const { hook } = operation;
  const retryAt = Temporal.Instant.from(step.retryAt);
  const isTime = retriesHooks && Temporal.Instant.compare(now, retryAt) >= 0;
  if (mayDeployOverFailure(state, desired, { hook, isTime })) {
    return { kind: "deploy", interrupted: hook };
  }
  if (desired.resolved === "no-retry") return { kind: "skip", hook };
  const next = toRun(hook, circumstances);
  if (desired.resolved === "retry" || isTime || next.kind === "skip") return next;
  return { kind: "wait", until: retriesHooks ? retryAt : null };
}

function runQueued(
  { queue: [queued] }: UnitState,
  _: DesiredUnit,
  circumstances: Circumstances,
): Decision | undefined {
  return queued && toRun(queued, circumstances);
}

/** Whatever the charm had started is gone when the machine has been down. */
function startAgain(
  { isStarted, isStopped, boot }: UnitState,
  _: DesiredUnit,
  now: Circumstances,
): Decision | undefined {
  if (!isStarted || isStopped || boot === now.boot) return undefined;
  return { kind: "run", hook: { kind: "start" } };
}

/** A unit that leads no longer is not told that it does, nor of what only its leader is to hear. */
function toRun(hook: Hook, { isLeader }: Circumstances): Decision {
  const isForLeader = hook.kind === "leader-elected" || (isSecretHook(hook) && hook.ofApplication);
  const isOutdated = isForLeader && !isLeader;
  return { kind: isOutdated ? "skip" : "run", hook };
}

/**
 * A unit whose hook has failed gets a new charm at once when that is forced. Otherwise it gets it
 * when the hook's next try comes, unless it was `upgrade-charm` that failed or it never started.
 */
function mayDeployOverFailure(
  { isStarted, charm }: UnitState,
  desired: DesiredUnit,
  { hook, isTime }: { readonly hook: Hook; readonly isTime: boolean },
): boolean {
  if (charm === null || desired.life !== "alive" || charm.url === desired.charm.url) return false;
  if (desired.charm.force) return true;
  return isTime && isStarted && hook.kind !== "upgrade-charm";
}

/** A unit that was never installed has nothing to clean up but the storage that it has heard of. */
function tearDown(
  state: UnitState,
  desired: DesiredUnit,
  { hasSubordinates }: Circumstances,
): Decision | undefined {
  if (desired.life === "alive") return undefined;
  const end: Decision = hasSubordinates ? { kind: "wait", until: null } : { kind: "finish" };
  if (state.isRemoved) return end;
  const news = teardownNews(desired.name, state);
  if (news && state.isInstalled) return toDecision(news);
  const lost = storageTeardown(state);
  if (lost) return lost;
  if (!state.isInstalled) return end;
  return { kind: "run", hook: { kind: state.isStopped ? "remove" : "stop" } };
}

function deployFirst({ charm }: UnitState): Decision | undefined {
  return charm === null ? { kind: "deploy", interrupted: null } : undefined;
}

function install({ isInstalled }: UnitState): Decision | undefined {
  return isInstalled ? undefined : { kind: "run", hook: { kind: "install" } };
}

/** A relation may be there for an endpoint that only the new charm has; so it waits for that one. */
function createRelations(state: UnitState, desired: DesiredUnit): Decision | undefined {
  const hook = isModified(state, desired) ? undefined : relationsToCreate(state, desired)[0];
  return hook && { kind: "run", hook };
}

function followLeadership(
  state: UnitState,
  _: DesiredUnit,
  { isLeader }: Circumstances,
): Decision | undefined {
  if (isLeader === state.isLeader) return undefined;
  return isLeader ? { kind: "run", hook: { kind: "leader-elected" } } : { kind: "depose" };
}

/** The leader knows what it says itself; whoever leads no longer hears what is so by then. */
function tellLeaderSettings(
  { leaderSettings }: UnitState,
  { "leader-settings-version": version }: DesiredUnit,
  { isLeader }: Circumstances,
): Decision | undefined {
  if (isLeader || leaderSettings === version) return undefined;
  return { kind: "run", hook: { kind: "leader-settings-changed", version } };
}

/** A charm that has not started is told later. */
function tellSecrets(
  state: UnitState,
  desired: DesiredUnit,
  circumstances: Circumstances,
): Decision | undefined {
  const hook = state.isStarted ? nextSecretNews(state, desired, circumstances) : undefined;
  return hook && { kind: "run", hook };
}

function upgrade(state: UnitState, desired: DesiredUnit): Decision | undefined {
  return isModified(state, desired) ? { kind: "deploy", interrupted: null } : undefined;
}

function tellSettings(
  { configHash }: UnitState,
  _: DesiredUnit,
  now: Circumstances,
): Decision | undefined {
  if (configHash === now.configHash) return undefined;
  return { kind: "run", hook: { kind: "config-changed" } };
}

function tellRelations(state: UnitState, desired: DesiredUnit): Decision | undefined {
  const news = nextRelationNews(state, desired);
  return news && toDecision(news);
}

function toDecision(news: RelationNews): Decision {
  if (news.kind === "over") return { kind: "forget", relation: news.relation };
  return { kind: "run", hook: news.hook };
}

/** When nothing else is left, the charm is asked how it is from time to time. */
function decideUpdateStatus(
  state: UnitState,
  desired: DesiredUnit,
  circumstances: Circumstances,
): Decision {
  const { now, updateStatusInterval } = circumstances;
  const due = Temporal.Instant.from(state.statusUpdated).add(updateStatusInterval);
  if (Temporal.Instant.compare(now, due) >= 0)
    return { kind: "run", hook: { kind: "update-status" } };
  const secret = state.isStarted ? nextSecretTime(state, desired, circumstances) : undefined;
  const times = [due, secret, nextCollecting(state, desired)].filter((time) => time !== undefined);
  const [until = due] = times.toSorted(Temporal.Instant.compare);
  return { kind: "wait", until };
}
