/** The kit of commands: what each file in `commands/` exports, and what it is given. */
import type { PositionalArguments, Positionals } from "#base/arguments.ts";
import type { Clock } from "#base/clock.ts";
import type { Connection } from "#client/connection.ts";
import type { ClientStore } from "#client/files/store.ts";
import type { Out } from "./out.ts";

/** A model, as far as the client knows it. */
export interface NamedModel {
  readonly controller: string;
  /** As in `admin/shop`. */
  readonly name: string;
  readonly uuid: string;
}

export interface Context {
  readonly out: Out;
  readonly clock: Clock;
  readonly files: ClientStore;
  readonly environment: NodeJS.ProcessEnv;
  /** Aborts when somebody interrupts the command. */
  readonly signal: AbortSignal;
  /** The controller that was named, or the current one. Throws `not found` and what to do. */
  controllerName(): Promise<string>;
  /** Connects to the controller. */
  connectController(): Promise<Connection>;
  /** The same context for a controller that an argument names. */
  of(controller: string): Context;
  /** The same context for a model that an argument names, as `--model` does. */
  ofModel(model: string): Context;
  /** The model that was named, or the current one. */
  model(): Promise<NamedModel>;
  /**
   * Does something with the model. One that has been removed, and made anew under the same name, is
   * another one: `body` then gets that, after it has thrown `model not found`.
   */
  withModel<T>(body: (model: NamedModel) => Promise<T>): Promise<T>;
  /** Connects to the model; what `model` says of it is true from then on. */
  connectModel(): Promise<Connection>;
  /** What somebody asked for, in the format that they asked for; `tabular` says how a person reads it. */
  show(value: unknown, tabular: () => string): Promise<void>;
  /** More of what somebody asked for, where it comes bit by bit. */
  add(text: string): void;
  /** The format that was asked for. */
  readonly format: string;
  /** Whether what is shown may have colours: somebody looks at it, and has not said no. */
  readonly isColored: boolean;
  /** What is to be said to somebody who interrupts from now on: what goes on, and what to do. */
  ifInterrupted(advice: string): void;
}

export interface FlagOption {
  readonly kind: "flag";
  readonly short?: string;
  readonly help: string;
}

/** Undefined when nobody says; `--trust=false` is not the same. */
export interface OptionalFlagOption extends FlagOption {
  readonly isOptional: true;
}

export interface TextOption {
  readonly kind: "text";
  readonly short?: string;
  readonly default?: string;
  readonly help: string;
}

/** May be given several times. */
export interface ListOption {
  readonly kind: "list";
  readonly short?: string;
  readonly help: string;
}

export type OptionDefinition = FlagOption | OptionalFlagOption | TextOption | ListOption;
export type Options = Readonly<Record<string, OptionDefinition>>;

type ValueOf<O extends OptionDefinition> = O extends OptionalFlagOption
  ? boolean | undefined
  : O extends FlagOption
    ? boolean
    : O extends ListOption
      ? readonly string[]
      : O extends { readonly default: string }
        ? string
        : string | undefined;

export type Args<P extends Positionals, O extends Options> = PositionalArguments<P> & {
  readonly [Name in keyof O]: ValueOf<O[Name]>;
};

export interface Command<P extends Positionals = Positionals, O extends Options = Options> {
  /** One line, as `help commands` lists it. */
  readonly summary: string;
  readonly details: string;
  readonly examples: readonly string[];
  /** Commands of which somebody may want to read as well. */
  readonly seeAlso?: readonly string[];
  readonly positionals: P;
  /** How the positionals are written, where their names do not say it. */
  readonly usage?: string;
  readonly options: O;
  /** Whether what follows the first positional is never an option, as it may be one of another command. */
  readonly areOptionsFirst?: boolean;
  /** What the command is about: with `model` it takes `-m`, with `controller` it takes `-c`. */
  readonly scope: "model" | "controller" | "client";
  /** The formats of what it prints, the default first. */
  readonly formats?: readonly string[];
  run(args: Args<P, O>, context: Context): Promise<void>;
}

export function command<const P extends Positionals, const O extends Options>(
  definition: Command<P, O>,
): Command<P, O> {
  return definition;
}

export function flag(help: string, short?: string): FlagOption {
  return { kind: "flag", help, ...(short === undefined ? {} : { short }) };
}

export function optionalFlag(help: string): OptionalFlagOption {
  return { ...flag(help), isOptional: true };
}

export function text(help: string, short?: string): TextOption {
  return { kind: "text", help, ...(short === undefined ? {} : { short }) };
}

export function textOr<const Default extends string>(
  standard: Default,
  help: string,
  short?: string,
): TextOption & { readonly default: string } {
  return { ...text(help, short), default: standard };
}

export function list(help: string, short?: string): ListOption {
  return { kind: "list", help, ...(short === undefined ? {} : { short }) };
}
