/**
 * The kit of hook tools: the commands that a charm's hook runs to ask and to tell.
 *
 * A tool says what it takes; how arguments are read, what help says and how a result is printed is
 * the same for all of them, and is written here once. See `hook-tools/` for the tools.
 */

import type { PositionalArguments, Positionals } from "#base/arguments.ts";
import type { LogLevel } from "#base/log.ts";
import type { Setting } from "#charm/config.ts";
import type { PortRange } from "#charm/port-range.ts";
import type { GoalState, StatusScope } from "#contract/unit-agent.ts";

export type Settings = Readonly<Record<string, string>>;

/** A relation as the hook's unit sees it. */
export interface HookRelation {
  readonly id: number;
  readonly endpoint: string;
  readonly remoteApplication: string;
  readonly isPeer: boolean;
  /** It is ending: it can still be read, but is no longer listed. */
  readonly isBroken: boolean;
  /** The remote units that take part, in the order of their names. */
  readonly units: readonly string[];
}

export interface Status {
  readonly status: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a hook may ask and change; changes take effect when the hook succeeds, unless it says so. */
export interface HookContext {
  /** As in `mysql/0`. */
  readonly unit: string;
  /** As in `mysql`. */
  readonly application: string;
  /** What the hook is about, where it is about a relation. */
  readonly relation:
    | { readonly id: number; readonly remoteUnit: string; readonly remoteApplication: string }
    | undefined;
  /** Where relative paths in arguments start. */
  readonly workingFolder: string;
  readonly addresses: readonly string[];
  readonly hostname: string;

  /** The settings that have a value, defaults included. */
  settings(): Readonly<Record<string, Setting>>;
  /** Every option of the charm, those without a value as null. */
  allSettings(): Promise<Readonly<Record<string, Setting>>>;

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

  /** If so, it stays so for 30 seconds. */
  isLeader(): Promise<boolean>;
  goalState(): Promise<GoalState>;

  /** All of them or none. Throws `not valid` for one that overlaps with another of the unit's. */
  openPorts(ranges: readonly PortRange[]): Promise<void>;
  closePort(range: PortRange): Promise<void>;
  /** Those that were open when the hook began. */
  openedPorts(): Promise<readonly PortRange[]>;

  /** The unit's own keys, with what the hook has written. */
  state(): Promise<Settings>;
  /** An empty value removes its key. */
  setState(values: Settings): Promise<void>;

  workloadStatus(): Promise<Status>;
  /** Of the application, with those of its units. Throws `unauthorized access` unless the unit leads. */
  applicationStatus(): Promise<Status & { readonly units: Readonly<Record<string, Status>> }>;
  /** At once, even if the hook fails later. */
  setStatus(scope: Exclude<StatusScope, "agent">, status: string, message: string): Promise<void>;
  /** At once. */
  setWorkloadVersion(version: string): Promise<void>;
  /** At once. */
  log(level: LogLevel, message: string): void;

  /** What was sent to the tool's standard input. */
  readInput(): Promise<string>;
}

export interface Flag {
  readonly kind: "flag";
  readonly help: string;
  /** The other name, a single letter. */
  readonly short?: string;
}

export interface Option {
  readonly kind: "text";
  readonly help: string;
  /** The other name, a single letter. */
  readonly short?: string;
  /** What it is when nobody says; what help shows may depend on the hook. */
  readonly default?: (hook: HookContext) => string;
  /** Says what is wrong with a value that somebody gave, if anything is. */
  readonly check?: (value: string, hook: HookContext) => string | undefined;
}

export type Options = Readonly<Record<string, Flag | Option>>;

type Args<P extends Positionals, O extends Options> = PositionalArguments<P> & {
  readonly [Name in keyof O]: O[Name] extends Flag ? boolean : string | undefined;
};

/** How a result is printed when nobody says; `raw` prints text as it is and knows no formats. */
export type Format = "smart" | "yaml" | "json" | "raw";

export interface HookTool<P extends Positionals = Positionals, O extends Options = Options> {
  readonly summary: string;
  readonly details: string;
  readonly options: O;
  readonly positionals: P;
  /** What is said when a required positional is left out, if not `no NAME specified`. */
  readonly missing?: string;
  /** Left out by tools that print nothing; those take `--format` all the same, and ignore it. */
  readonly output?: Format;
  /**
   * What is returned is printed; `format` is for results that are not the same in all of them.
   * Throws a `UsageError` for arguments that cannot be.
   */
  run(args: Args<P, O>, hook: HookContext, format: Format): unknown;
}

export function hookTool<const P extends Positionals, const O extends Options>(
  tool: HookTool<P, O>,
): HookTool<P, O> {
  return tool;
}

export function flag(help: string, rest: Omit<Flag, "kind" | "help"> = {}): Flag {
  return { kind: "flag", help, ...rest };
}

export function option(help: string, rest: Omit<Option, "kind" | "help"> = {}): Option {
  return { kind: "text", help, ...rest };
}
