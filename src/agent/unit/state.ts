/**
 * What a unit's agent remembers: what the charm has been told so far, and what was under way.
 *
 * It is a journal's state. Whatever moment the agent dies at, what it finds here tells it what to do.
 */
import type { DesiredUnit } from "#contract/machine-agent.ts";
import type { HookChanges } from "#contract/unit-agent.ts";
import type { Hook } from "./hook.ts";

/** The charm that lies in the charm's folder, or is to lie there. */
export interface CharmRevision {
  readonly url: string;
  readonly modifiedVersion: number;
}

export interface KnownRelation {
  readonly endpoint: string;
  readonly remoteApplication: string;
  readonly isPeer: boolean;
  /** Whether `relation-created` has run. */
  readonly isCreated: boolean;
  /** Who has joined, with the version of their settings that the charm has heard of. */
  readonly members: Readonly<Record<string, number>>;
  readonly applicationVersion: number;
}

export interface KnownStorage {
  readonly store: string;
  readonly kind: string;
  /** Where the charm was told that it is. */
  readonly location: string;
}

/** What is under way, or was when the agent died. */
type Operation =
  | {
      readonly kind: "deploy";
      readonly charm: CharmRevision & { readonly sha256: string; readonly size: number };
      /** The hook that had failed, which goes on with the new charm. */
      readonly interrupted: Hook | null;
    }
  | {
      readonly kind: "hook";
      readonly hook: Hook;
      /** The secret of this run; the name of the folder of what is known of it comes from it. */
      readonly context: string;
      /** How often it has failed before. */
      readonly failures: number;
      /** What the charm was given to read. */
      readonly configHash: string;
      /** The boot in which it began; a version before this one did not say. */
      readonly boot?: string;
    };

/**
 * How far it has come. A hook that is done has succeeded, and only the controller has to hear of
 * it; one that failed waits to be tried again.
 */
type Step =
  | { readonly kind: "begun" }
  | { readonly kind: "done"; readonly changes: HookChanges }
  | { readonly kind: "failed"; readonly retryAt: string };

export type HookOperation = Extract<Operation, { kind: "hook" }>;
export type DeployOperation = Extract<Operation, { kind: "deploy" }>;

/**
 * An action or a command that is under way, beside an operation that has failed if there is one. It
 * never runs twice: one of which nobody knows how it has ended has failed.
 */
export interface UnitTask {
  readonly id: number;
  /** As that of a hook. */
  readonly context: string;
  /**
   * `ended` is noted with how, in the run's folder; `committed` when what it wrote has taken effect, or
   * is not going to.
   */
  readonly stage: "begun" | "ended" | "committed";
}

/** What the charm has heard of the last upgrade of its machine's system that it has heard of. */
interface KnownUpgrade {
  readonly number: number;
  readonly stage: "prepared" | "completed";
}

/** What the charm has heard of, for those who answer its tools. */
export type Heard = Pick<UnitState, "isInstalled" | "relations" | "storage">;

export interface UnitState {
  readonly charm: CharmRevision | null;
  readonly isInstalled: boolean;
  readonly isStarted: boolean;
  readonly isStopped: boolean;
  readonly isRemoved: boolean;
  /** Whether the charm knows that this unit leads. */
  readonly isLeader: boolean;
  /** The version of the leader's settings that the charm has heard of; null for none at all. */
  readonly leaderSettings: number | null;
  /** Whether the hooks that follow a new charm have run. */
  readonly isSettled: boolean;
  /** What the charm knows of its settings and addresses. */
  readonly configHash: string;
  readonly relations: Readonly<Record<string, KnownRelation>>;
  /** What the charm has heard of secrets, with when. */
  readonly secretsTold: Readonly<Record<string, string>>;
  /** Of which the charm has heard, and which it has still. */
  readonly storage: Readonly<Record<string, KnownStorage>>;
  readonly machineUpgrade: KnownUpgrade | null;
  /** Hooks that follow from what has been, in order. */
  readonly queue: readonly Hook[];
  readonly operation: Operation | null;
  readonly step: Step;
  readonly task: UnitTask | null;
  /** Of the last commit that the controller has answered; no other is ever given the same. */
  readonly sequence: number;
  /** When `update-status` ran last, or the unit came to be. */
  readonly statusUpdated: string;
  /** When `collect-metrics` ran last, or the unit came to be. */
  readonly metricsCollected: string;
  /** What the charm has heard of how much the unit uses; null for nothing. */
  readonly meterStatus: { readonly status: string; readonly info: string } | null;
  /** Whether the charm has ever set its status. */
  readonly hasSetStatus: boolean;
  /** The boot of the machine in which the charm has been started, as far as anybody has noticed. */
  readonly boot: string;
  /** The boot in which the charm has asked for another, or empty. */
  readonly rebootAsked: string;
}

export function newUnitState(now: Temporal.Instant): UnitState {
  return {
    charm: null,
    ...{ isInstalled: false, isStarted: false, isStopped: false, isRemoved: false },
    leaderSettings: null,
    ...{ isLeader: false, isSettled: false, configHash: "", relations: {}, queue: [] },
    ...{ secretsTold: {}, storage: {}, machineUpgrade: null },
    ...{ operation: null, task: null, step: { kind: "begun" }, sequence: 0, hasSetStatus: false },
    ...{ metricsCollected: now.toString(), meterStatus: null },
    ...{ statusUpdated: now.toString(), boot: "", rebootAsked: "" },
  };
}

/** The state that a journal has, or of a new unit; of what an agent before knew nothing there is nothing. */
export function restoreUnitState(
  last: Partial<UnitState> | undefined,
  now: Temporal.Instant,
): UnitState {
  const { leaderSettings = 0, ...known } = last ?? { leaderSettings: null };
  return { ...newUnitState(now), ...known, leaderSettings };
}

/** Whether another charm is desired than the one that the unit runs, or other resources of it. */
export function isModified({ charm }: UnitState, desired: DesiredUnit): boolean {
  const { url, "modified-version": modifiedVersion } = desired.charm;
  return charm?.url !== url || charm.modifiedVersion !== modifiedVersion;
}
