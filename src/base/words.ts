/**
 * Reads the words of a command line as Juju's programs do, which are written in Go.
 *
 * Options stand anywhere among the positionals; `--name value`, `--name=value`, `-n value`,
 * `-n=value` and `-nvalue` are the same; a long name may have a single dash; flags of one letter may
 * share it; a flag takes a value only after `=`; `--` ends options.
 */
import { parseBoolean } from "./boolean.ts";
import { UsageError } from "./usage.ts";

/** What the names of options stand for: a flag is there or not, the others have a value. */
export type OptionKinds = ReadonlyMap<string, "flag" | "text">;

export type Word =
  | { readonly kind: "help" }
  | { readonly kind: "positional"; readonly word: string }
  /** `as` is the name as it was written, long or short. */
  | { readonly kind: "flag"; readonly as: string; readonly isSet: boolean }
  | { readonly kind: "text"; readonly as: string; readonly value: string };

/**
 * `-h` and `--help` are known everywhere. With `areFirst` options end where positionals begin, which
 * may be words of another command. Throws a `UsageError` with Juju's text.
 */
export function* readWords(
  words: readonly string[],
  kinds: OptionKinds,
  { areFirst } = { areFirst: false },
): Generator<Word> {
  const rest = words.values();
  for (const word of rest) {
    const isPositional = word === "-" || !word.startsWith("-");
    if (isPositional) yield toPositional(word);
    const areOver = word === "--" || (isPositional && areFirst);
    if (areOver) yield* rest.map(toPositional);
    else if (!isPositional) yield* readOptions(word, kinds, rest);
  }
}

function toPositional(word: string): Word {
  return { kind: "positional", word };
}

/** The name as it is written: `-r`, `--relation`. */
export function withDashes(name: string): string {
  return name.length > 1 ? `--${name}` : `-${name}`;
}

/** Why a value will not do, in one line. */
export function invalidValue(as: string, value: string, reason: string): UsageError {
  const shown = JSON.stringify(value);
  return new UsageError(`invalid value ${shown} for option ${withDashes(as)}: ${reason}`);
}

/** The value of an option that needs one, and has none in its own word, is the next word. */
function* readOptions(word: string, kinds: OptionKinds, rest: Iterator<string>): Generator<Word> {
  for (const { as, value } of splitOptions(word, kinds)) {
    const kind = kinds.get(as);
    if (kind === "text") yield { kind, as, value: value ?? nextOf(rest, as) };
    else if (kind === "flag") yield { kind, as, isSet: parseFlag(as, value) };
    else if (as === "h" || as === "help") yield { kind: "help" };
    else throw new UsageError(`option provided but not defined: ${withDashes(as)}`);
  }
}

function nextOf(rest: Iterator<string>, as: string): string {
  const { done, value } = rest.next();
  if (done) throw new UsageError(`option needs an argument: ${withDashes(as)}`);
  return value;
}

function parseFlag(as: string, value = "true"): boolean {
  const isSet = parseBoolean(value);
  if (isSet === undefined) throw invalidValue(as, value, "expected true or false");
  return isSet;
}

interface Split {
  readonly as: string;
  readonly value: string | undefined;
}

/** The options in a word: one with its value, or letters, of which the last may have a value. */
function* splitOptions(word: string, kinds: OptionKinds): Generator<Split> {
  const [, as = "", value] = /^--?([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  if (word.startsWith("--") || kinds.has(as)) {
    yield { as, value };
    return;
  }
  for (let letters = word.slice(1); letters !== ""; ) {
    const letter = letters.charAt(0);
    const after = letters.slice(1);
    const takesAfter = kinds.get(letter) === "text" && after !== "";
    yield { as: letter, value: takesAfter ? after : undefined };
    letters = takesAfter ? "" : after;
  }
}
