/**
 * What the words of a command line stand for, in commands and hook tools alike: options by their
 * names, long or short, and positionals in their order.
 *
 * Of positionals, `name` is required, `[name]` is not, `[name...]` is all the words that are left.
 */
import { UsageError } from "./usage.ts";

export type Positionals = readonly string[];

type NameOf<Positional extends string> = Positional extends `[${infer Name}...]`
  ? Name
  : Positional extends `[${infer Name}]`
    ? Name
    : Positional;

export type PositionalArguments<P extends Positionals> = {
  readonly [Positional in P[number] as NameOf<Positional>]: Positional extends `[${string}...]`
    ? readonly string[]
    : Positional extends `[${string}]`
      ? string | undefined
      : string;
};

export type PositionalValue = string | readonly string[] | undefined;

/** Throws a `UsageError` for words that are missing, with what `missing` says of them, or too many. */
export function bindPositionals(
  positionals: Positionals,
  words: readonly string[],
  missing: (name: string) => string,
): Readonly<Record<string, PositionalValue>> {
  const rest = [...words];
  const bound = positionals.map((positional): readonly [string, PositionalValue] => {
    const name = positional.replace(/^\[(.*?)(?:\.\.\.)?\]$/, "$1");
    if (positional.endsWith("...]")) return [name, rest.splice(0)];
    const word = rest.shift();
    if (word === undefined && name === positional) throw new UsageError(missing(name));
    return [name, word];
  });
  if (rest.length === 0) return Object.fromEntries(bound);
  const unrecognized = rest.map((word) => JSON.stringify(word)).join(" ");
  throw new UsageError(`unrecognized args: [${unrecognized}]`);
}

/** An option under one of its names. */
export interface NamedOption<Definition> {
  /** The long name, under which its value is kept. */
  readonly name: string;
  readonly definition: Definition;
}

/** Options by how they may be written; `short` is the other name, a single letter. */
export function namesOf<Definition extends { readonly short?: string }>(
  options: Readonly<Record<string, Definition>>,
): ReadonlyMap<string, NamedOption<Definition>> {
  const names = Object.entries(options).flatMap(([name, definition]) => {
    const { short = name } = definition;
    return [name, short].map((as) => [as, { name, definition }] as const);
  });
  return new Map(names);
}
