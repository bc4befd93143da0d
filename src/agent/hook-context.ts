/**
 * What the tools of a hook may ask and change. Changes take effect when the hook succeeds, unless it
 * is said that they do so at once.
 *
 * It consists of parts, one for each thing that tools are about; how each is done is in
 * `unit/hook-context/`.
 */
import type { LogLevel } from "#base/log.ts";
import type { Setting } from "#charm/config.ts";
import type { PortRange } from "#charm/port-range.ts";
import type { Rotation } from "#charm/secret.ts";
import type { SecretContent } from "#charm/secret-content.ts";
import type {
  CloudSpec,
  GoalState,
  ManagedSecret,
  StatusScope,
  StorageWish,
} from "#contract/unit-agent.ts";

export type Settings = Readonly<Record<string, string>>;

/** A relation as the hook's unit sees it. */
export interface HookRelation {
  readonly id: number;
  readonly endpoint: string;
  readonly remoteApplication: string;
  readonly isPeer: boolean;
  /** Nobody is left in it: it can still be read, but is no longer listed. */
  readonly isBroken: boolean;
  /** The remote units that take part, in the order of their names. */
  readonly units: readonly string[];
}

/** Storage that the hook's unit has. */
export interface HookStorage {
  /** As in `data/0`. */
  readonly id: string;
  readonly store: string;
  readonly kind: string;
  readonly location: string;
}

export interface Status {
  readonly status: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface HookContext
  extends UnitContext,
    ActionContext,
    SettingsContext,
    TrustContext,
    RelationContext,
    LeaderContext,
    MetricContext,
    PayloadContext,
    PortContext,
    SecretContext,
    ResourceContext,
    StateContext,
    StatusContext,
    RebootContext,
    StorageContext {}

/** Which unit it is, and how the tool was called. */
export interface UnitContext {
  /** As in `mysql/0`. */
  readonly unit: string;
  /** As in `mysql`. */
  readonly application: string;
  /** Where relative paths in arguments start. */
  readonly workingFolder: string;
  readonly addresses: readonly string[];
  readonly hostname: string;

  /** If so, it stays so for 30 seconds. */
  isLeader(): Promise<boolean>;
  goalState(): Promise<GoalState>;
  /** At once. */
  log(level: LogLevel, message: string): void;
  /** What was sent to the tool's standard input. */
  readInput(): Promise<Buffer>;
}

/** The action that runs, if it is not a hook or a command. */
export interface ActionContext {
  readonly action: RunningAction | undefined;
}

export interface RunningAction {
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The path leads into maps. Throws `not valid` when results become too large. */
  setResult(path: readonly string[], value: string): void;
  /** It counts as failed, whatever its exit status will be. */
  fail(message: string): void;
  /** At once. */
  log(message: string): Promise<void>;
}

export interface SettingsContext {
  /** The settings that have a value, defaults included. */
  settings(): Promise<Readonly<Record<string, Setting | bigint>>>;
  /** Every option of the charm, those without a value as null. */
  allSettings(): Promise<Readonly<Record<string, Setting | bigint>>>;
}

export interface TrustContext {
  /** The model's cloud. Throws `not valid` unless the application is trusted. */
  cloudSpec(): Promise<CloudSpec>;
}

export interface RelationContext {
  /** What the hook is about, where it is about a relation. */
  readonly relation:
    | { readonly id: number; readonly remoteUnit: string; readonly remoteApplication: string }
    | undefined;
  /** The UUID of the model that the relations' other sides are in. */
  readonly model: string;
  /** The charm's endpoints and its extra bindings. */
  bindings(): Promise<readonly string[]>;
  /** In the order of their ids. */
  relations(): readonly HookRelation[];
  /**
   * The settings of a unit or an application; what the hook has written itself is among its own.
   * Throws `unauthorized access` for those that the unit may not read.
   */
  relationSettings(relation: number, member: string): Promise<Settings>;
  /** Empty values remove their keys. Throws `unauthorized access` unless the unit leads. */
  setRelationSettings(change: {
    readonly relation: number;
    readonly isApplication: boolean;
    readonly settings: Settings;
  }): Promise<void>;
}

export interface LeaderContext {
  /** What the leader has told the other units. */
  leaderSettings(): Promise<Settings>;
  /** At once. Empty values remove their keys. Throws `unauthorized access` unless the unit leads. */
  setLeaderSettings(settings: Settings): Promise<void>;
}

export interface MetricContext {
  /** Whether only those tools work that say so, as Juju has it where a charm measures. */
  readonly isRestricted: boolean;
  /**
   * Throws `not supported` where the hook is not for that, and `not valid` for what the charm does not
   * declare so.
   */
  recordMetrics(values: Settings, labels: Settings): Promise<void>;
}

export interface NamedPayload {
  readonly class: string;
  readonly id: string;
}

export interface NewPayload extends NamedPayload {
  readonly type: string;
  readonly labels: readonly string[];
}

/** What the charm runs of other things, such as containers. All of it is said at once. */
export interface PayloadContext {
  /** The type of each class in the charm's metadata. */
  payloadClasses(): Promise<Readonly<Record<string, string>>>;
  registerPayload(payload: NewPayload): Promise<void>;
  /** Throws `not found` for one that is not registered, `not valid` for a status that there is not. */
  setPayloadStatus(payload: NamedPayload & { readonly status: string }): Promise<void>;
  unregisterPayload(payload: NamedPayload): Promise<void>;
}

export interface PortContext {
  /** All of them or none. Throws `not valid` for one that overlaps with another of the unit's. */
  openPorts(ranges: readonly PortRange[]): Promise<void>;
  closePort(range: PortRange): Promise<void>;
  /** Those that were open when the hook began. */
  openedPorts(): Promise<readonly PortRange[]>;
}

/** What is left out stays as it is. */
export interface SecretChange {
  readonly content?: SecretContent | undefined;
  readonly label?: string | undefined;
  readonly description?: string | undefined;
  readonly rotation?: Rotation | undefined;
  /** When its latest revision ends, or how long from now. */
  readonly expiry?: Temporal.Instant | Temporal.Duration | undefined;
}

/** Secrets are known by their ids. */
export interface SecretContext {
  /** Those that the unit may change, with what the hook has written but for grants. */
  secrets(): Promise<readonly ManagedSecret[]>;
  /** Returns its id. Throws `unauthorized access` for the application's, unless the unit leads. */
  addSecret(
    added: SecretChange & {
      readonly owner: "application" | "unit";
      readonly content: SecretContent;
    },
  ): Promise<string>;
  /** Throws `not found`, as the following do, for a secret that the unit may not change. */
  setSecret(id: string, change: SecretChange): Promise<void>;
  grantSecret(
    id: string,
    to: { readonly relation: number /** Empty for all. */; readonly unit: string },
  ): Promise<void>;
  revokeSecret(
    id: string,
    from: {
      readonly relation?: number | undefined;
      readonly application: string;
      readonly unit: string;
    },
  ): Promise<void>;
  /** 0 for all revisions. */
  removeSecret(id: string, revision: number): Promise<void>;
  /**
   * The content of the revision that the unit reads, or of the latest, which it reads from then on
   * unless it only peeks. With an id, the label is what the unit calls the secret from then on.
   */
  secretContent(asked: {
    readonly id: string | undefined;
    readonly label: string | undefined;
    readonly isRefresh: boolean;
    readonly isPeek: boolean;
  }): Promise<SecretContent>;
}

export interface ResourceContext {
  /** Where the resource's file is; it is fetched if need be, at once. */
  resourcePath(name: string): Promise<string>;
}

/** What the unit's charm keeps with the controller. */
export interface StateContext {
  /** The unit's own keys, with what the hook has written. */
  state(): Promise<Settings>;
  /** An empty value removes its key. */
  setState(values: Settings): Promise<void>;
}

export interface StatusContext {
  workloadStatus(): Promise<Status>;
  /** Of the application, with those of its units. Throws `unauthorized access` unless the unit leads. */
  applicationStatus(): Promise<Status & { readonly units: Readonly<Record<string, Status>> }>;
  /** At once, even if the hook fails later. */
  setStatus(scope: Exclude<StatusScope, "agent">, status: string, message: string): Promise<void>;
  /** At once. */
  setWorkloadVersion(version: string): Promise<void>;
}

export interface RebootContext {
  /**
   * Lets the machine reboot once the hook has succeeded, or at once; then the hook ends here and now,
   * and runs again afterwards. Throws `not supported` in an action.
   */
  reboot(isNow: boolean): Promise<void>;
}

export interface StorageContext {
  /** What the hook is about, where it is about storage. */
  readonly storage: HookStorage | undefined;
  /** Everything that the charm has been told of, what the hook tells it of included. */
  storages(): readonly HookStorage[];
  addStorage(wanted: readonly StorageWish[]): Promise<void>;
}
