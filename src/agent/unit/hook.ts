/** Hooks: what a charm is told, and about what. */

const unitHooks = [
  "install",
  "leader-elected",
  "config-changed",
  "start",
  "upgrade-charm",
  "update-status",
  "collect-metrics",
  "stop",
  "remove",
] as const;
export type UnitHookKind = (typeof unitHooks)[number];

const relationHooks = [
  "relation-created",
  "relation-joined",
  "relation-changed",
  "relation-departed",
  "relation-broken",
] as const;
export type RelationHookKind = (typeof relationHooks)[number];

const storageHooks = ["storage-attached", "storage-detaching"] as const;
type StorageHookKind = (typeof storageHooks)[number];

interface UnitHook {
  readonly kind: UnitHookKind;
}

export interface RelationHook {
  readonly kind: RelationHookKind;
  readonly relation: number;
  readonly endpoint: string;
  readonly remoteApplication: string;
  readonly isPeer: boolean;
  /** Empty when the hook is about no unit: when it is created or broken, or the application's settings changed. */
  readonly remoteUnit: string;
  /** Who departs, in `relation-departed`. */
  readonly departingUnit: string;
  /** The version of the settings that the charm hears of. */
  readonly version: number;
}

/** The leader has told its other units something. */
interface LeaderSettingsHook {
  readonly kind: "leader-settings-changed";
  /** The version of the settings that the charm hears of. */
  readonly version: number;
}

/** Somebody has said how much the unit uses. */
interface MeterStatusHook {
  readonly kind: "meter-status-changed";
  readonly status: string;
  readonly info: string;
}

const secretHooks = ["secret-changed", "secret-rotate", "secret-expired", "secret-remove"] as const;
type SecretHookKind = (typeof secretHooks)[number];

export interface SecretHook {
  readonly kind: SecretHookKind;
  readonly secret: string;
  /** What the unit calls it. */
  readonly label: string;
  /** The one that it is about, or the latest. */
  readonly revision: number;
  /** Whether only who leads is to hear of it. */
  readonly ofApplication: boolean;
  /** When it was to be rotated, or has ended; otherwise empty. */
  readonly due: string;
}

const upgradeHooks = ["pre-series-upgrade", "post-series-upgrade"] as const;
type UpgradeHookKind = (typeof upgradeHooks)[number];

/** The machine is to have another operating system, or has it. */
export interface UpgradeHook {
  readonly kind: UpgradeHookKind;
  /** Which upgrade of the machine it is. */
  readonly number: number;
  /** As in `ubuntu@24.04`. */
  readonly target: string;
}

export interface StorageHook {
  readonly kind: StorageHookKind;
  /** As in `data/0`. */
  readonly storage: string;
  readonly store: string;
  readonly storageKind: string;
  readonly location: string;
}

export type Hook =
  | UnitHook
  | LeaderSettingsHook
  | MeterStatusHook
  | RelationHook
  | SecretHook
  | StorageHook
  | UpgradeHook;

/** An action or a command, which is no hook, but uses the same tools. */
export interface TaskRun {
  readonly kind: "task";
  readonly id: number;
  /** Of the action, or `juju-exec`. */
  readonly name: string;
  /** The relation that a command is about, if there is one. */
  readonly subject?: TaskSubject | undefined;
}

/** What a command of the machine is about. */
type TaskSubject = Pick<RelationHook, "relation" | "endpoint" | "remoteApplication" | "remoteUnit">;

/** The relation that what runs is about, if there is one. */
export function subjectOf(hook: Hook | TaskRun): TaskSubject | undefined {
  if (hook.kind === "task") return hook.subject;
  return isRelationHook(hook) ? hook : undefined;
}

export function isRelationHook(hook: Hook | TaskRun): hook is RelationHook {
  return (relationHooks as readonly string[]).includes(hook.kind);
}

export function isSecretHook(hook: Hook | TaskRun): hook is SecretHook {
  return (secretHooks as readonly string[]).includes(hook.kind);
}

export function isStorageHook(hook: Hook | TaskRun): hook is StorageHook {
  return (storageHooks as readonly string[]).includes(hook.kind);
}

export function isUpgradeHook(hook: Hook): hook is UpgradeHook {
  return (upgradeHooks as readonly string[]).includes(hook.kind);
}

/** What charms measure is not what they are for, so that its failure is logged, and that is all. */
export function mayFail({ kind }: Hook): boolean {
  return kind === "collect-metrics" || kind === "meter-status-changed";
}

/** As in `install` or `db-relation-changed`. */
export function hookName(hook: Hook): string {
  if (isStorageHook(hook)) return `${hook.store}-${hook.kind}`;
  return isRelationHook(hook) ? `${hook.endpoint}-${hook.kind}` : hook.kind;
}

/** As a log and a status say it. */
export function describeHook(hook: Hook): string {
  const about = isRelationHook(hook) && hook.remoteUnit !== "" ? ` for ${hook.remoteUnit}` : "";
  return `${hookName(hook)} hook${about}`;
}
