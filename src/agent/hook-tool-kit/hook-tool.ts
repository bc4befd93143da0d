/**
 * The kit of hook tools: the commands that a charm's hook runs to ask and to tell.
 *
 * A tool says what it takes; how arguments are read, what help says and how a result is printed is
 * the same for all of them, and is written here once. See `hook-tools/` for the tools.
 */

import type { PositionalArguments, Positionals } from "#base/arguments.ts";
import type { HookContext } from "../hook-context.ts";

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
  /** Whether it works where a charm measures, as few do. */
  readonly worksRestricted?: boolean;
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
