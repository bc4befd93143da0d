/** What has changed for a unit when an operation has been committed. */
import {
  type Hook,
  isRelationHook,
  isSecretHook,
  isStorageHook,
  isUpgradeHook,
  type RelationHook,
  type StorageHook,
  type UnitHookKind,
} from "../hook.ts";
import type { CharmRevision, KnownRelation, UnitState } from "../state.ts";
import { afterUpgradeHook } from "./machine-upgrade.ts";
import { afterSecretHook } from "./secret-hooks.ts";

/** What the charm was given with the hook. */
export interface Given {
  readonly configHash: string;
  readonly boot: string;
  readonly now: Temporal.Instant;
}

/** The unit's state once the hook counts, whether it ran or was taken as done. */
export function afterHook(state: UnitState, hook: Hook, given: Given): UnitState {
  const after = effectOf(state, hook, given);
  const hasSettled = after.isStarted && after.queue.length === 0;
  return { ...after, isSettled: after.isSettled || hasSettled };
}

function effectOf(state: UnitState, hook: Hook, given: Given): UnitState {
  const after: UnitState = {
    ...state,
    queue: state.queue.slice(state.queue[0] && isSame(state.queue[0], hook) ? 1 : 0),
    operation: null,
    step: { kind: "begun" },
    sequence: state.sequence + 1,
  };
  if (isRelationHook(hook)) return afterRelationHook(after, hook);
  if (hook.kind === "leader-settings-changed") return { ...after, leaderSettings: hook.version };
  if (hook.kind === "meter-status-changed") {
    const { status, info } = hook;
    return { ...after, meterStatus: { status, info } };
  }
  if (isSecretHook(hook)) return afterSecretHook(after, hook, given.now);
  if (isStorageHook(hook)) return afterStorageHook(after, hook);
  if (isUpgradeHook(hook)) return afterUpgradeHook(after, hook);
  return unitEffects[hook.kind](after, given);
}

const unitEffects: Readonly<Record<UnitHookKind, (state: UnitState, given: Given) => UnitState>> = {
  install: (state) => ({ ...state, isInstalled: true }),
  "leader-elected": (state) => ({ ...state, isLeader: true }),
  "config-changed": afterConfigChanged,
  start: (state, { boot }) => ({ ...state, isStarted: true, boot }),
  "upgrade-charm": (state) => ({ ...state, queue: [{ kind: "config-changed" }, ...state.queue] }),
  "collect-metrics": (state, { now }) => ({ ...state, metricsCollected: now.toString() }),
  "update-status": (state, { now }) => ({ ...state, statusUpdated: now.toString() }),
  stop: (state) => ({ ...state, isStopped: true }),
  remove: (state) => ({ ...state, isRemoved: true }),
};

function isSame(a: Hook, b: Hook): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** A unit that has not started yet does so right after it has heard of its settings. */
function afterConfigChanged(state: UnitState, { configHash }: Given): UnitState {
  const queue: readonly Hook[] = state.isStarted
    ? state.queue
    : [{ kind: "start" }, ...state.queue];
  return { ...state, configHash, queue };
}

function afterRelationHook(state: UnitState, hook: RelationHook): UnitState {
  const { relation: id, remoteUnit, endpoint, remoteApplication, isPeer, version } = hook;
  const known = state.relations[id] ?? {
    ...{ endpoint, remoteApplication, isPeer, isCreated: false, members: {} },
    applicationVersion: 0,
  };
  const { [remoteUnit]: _, ...others } = known.members;
  switch (hook.kind) {
    case "relation-created":
      return withRelation(state, id, { ...known, isCreated: true });
    case "relation-joined": {
      const joined = { ...known, members: { ...others, [remoteUnit]: 0 } };
      const queue: readonly Hook[] = [{ ...hook, kind: "relation-changed" }, ...state.queue];
      return { ...withRelation(state, id, joined), queue };
    }
    case "relation-changed":
      if (remoteUnit === "")
        return withRelation(state, id, { ...known, applicationVersion: version });
      return withRelation(state, id, { ...known, members: { ...others, [remoteUnit]: version } });
    case "relation-departed":
      return withRelation(state, id, { ...known, members: others });
    case "relation-broken":
      return withoutRelation(state, id);
  }
}

function afterStorageHook(state: UnitState, hook: StorageHook): UnitState {
  const { storage: id, store, storageKind: kind, location } = hook;
  const { [id]: _, ...others } = state.storage;
  const isHeld = hook.kind === "storage-attached";
  return { ...state, storage: isHeld ? { ...others, [id]: { store, kind, location } } : others };
}

function withRelation(state: UnitState, id: number, to: KnownRelation): UnitState {
  return { ...state, relations: { ...state.relations, [id]: to } };
}

/** The unit's state once a relation is over. */
export function withoutRelation(state: UnitState, id: number): UnitState {
  const { [id]: _, ...relations } = state.relations;
  return { ...state, relations };
}

/** The unit's state once a charm that was on its way is wanted no more. */
export function afterAbandoning(state: UnitState, interrupted: Hook | null): UnitState {
  const queue = interrupted === null ? state.queue : withFirst(state.queue, interrupted);
  return { ...state, queue, operation: null, step: { kind: "begun" } };
}

/** A hook that waits in the queue already is not there twice. */
function withFirst(queue: readonly Hook[], next: Hook): readonly Hook[] {
  return [next, ...queue.filter((queued) => queued.kind !== next.kind)];
}

/** The unit's state once the charm lies in its folder. A hook that had failed goes on where it was. */
export function afterDeploy(
  state: UnitState,
  charm: CharmRevision,
  interrupted: Hook | null,
): UnitState {
  const next: Hook = interrupted ?? { kind: state.isInstalled ? "upgrade-charm" : "install" };
  return {
    ...state,
    charm,
    isSettled: false,
    queue: withFirst(state.queue, next),
    operation: null,
    step: { kind: "begun" },
    sequence: state.sequence + 1,
  };
}
