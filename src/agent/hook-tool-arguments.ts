/**
 * Reads the words of a hook tool's command line.
 *
 * The rules are those of Juju's tools, and what Go's own flag package allows besides: options
 * stand anywhere among the positionals; `--name value`, `--name=value`, `-n value`, `-n=value` and
 * `-nvalue` are the same; a long name may have a single dash; flags of one letter may share it; a
 * flag takes a value only after `=`; `--` ends options. Of an option that is repeated, the last
 * counts.
 */
import {
  type Flag,
  type Format,
  type HookContext,
  type HookTool,
  type Option,
  type Options,
  option,
  ToolUsageError,
} from "./hook-tool.ts";

type Value = string | boolean | readonly string[] | undefined;

/** What was given or is so by default, under the names of positionals and options. */
export type ToolArguments = Readonly<Record<string, Value>>;

/** The formats that a tool knows, by the one in which it prints when nobody says. */
const formatsByDefault: Readonly<Record<Format, readonly Format[]>> = {
  smart: ["json", "smart", "yaml"],
  yaml: ["json", "yaml"],
  json: ["json", "yaml"],
  raw: [],
};

/** The texts that Go's ParseBool takes. */
const booleanByText: ReadonlyMap<string, boolean> = new Map([
  ...["1", "t", "T", "true", "TRUE", "True"].map((text) => [text, true] as const),
  ...["0", "f", "F", "false", "FALSE", "False"].map((text) => [text, false] as const),
]);

/** Undefined when help is asked for. Throws a `ToolUsageError`, with Juju's text where it has one. */
export function parseArguments(
  tool: HookTool,
  words: readonly string[],
  hook: HookContext,
): ToolArguments | undefined {
  const options = optionsOf(tool);
  const given = new Map<string, Value>();
  const positionals: string[] = [];
  for (const read of readWords(words, namesOf(options))) {
    if (read.kind === "help") return undefined;
    if (read.kind === "positional") positionals.push(read.word);
    else given.set(read.name, toValue(read, hook));
  }
  return {
    ...defaultsOf(options, hook),
    ...Object.fromEntries(given),
    ...bindPositionals(tool, positionals),
  };
}

/** The tool's own options, and `--format` and `--output` as the tool has them. */
export function optionsOf({ options, output }: HookTool): Options {
  if (output === undefined) return { ...options, format: option("Is ignored.") };
  const formats = formatsByDefault[output];
  if (formats.length === 0) return options;
  const format = option(`How the result is printed: ${formats.join(", ")}.`, {
    default: () => output,
    check: (value) =>
      formats.some((each) => each === value) ? undefined : `unknown format "${value}"`,
  });
  return { ...options, format, output: option("Writes the result into a file.", { short: "o" }) };
}

/** The name as it is written: `-r`, `--relation`. */
export function withDashes(name: string): string {
  return name.length > 1 ? `--${name}` : `-${name}`;
}

interface Named {
  /** The name under which the value is kept. */
  readonly name: string;
  readonly definition: Flag | Option;
}

type Names = ReadonlyMap<string, Named>;

function namesOf(options: Options): Names {
  const names = Object.entries(options).flatMap(([name, definition]) => {
    const { short = name } = definition;
    return [name, short].map((each) => [each, { name, definition }] as const);
  });
  return new Map(names);
}

interface GivenOption extends Named {
  readonly kind: "option";
  /** The name that it was called by. */
  readonly as: string;
  readonly value: string | undefined;
}

type Read =
  | { readonly kind: "help" }
  | { readonly kind: "positional"; readonly word: string }
  | GivenOption;

function* readWords(words: readonly string[], names: Names): Generator<Read> {
  const rest = words.values();
  for (const word of rest) {
    if (word === "--") yield* rest.map((each) => ({ kind: "positional", word: each }) as const);
    else if (word === "-" || !word.startsWith("-")) yield { kind: "positional", word };
    else yield* readOptions(word, names, rest);
  }
}

/** The value of an option that needs one, and has none in its own word, is the next word. */
function* readOptions(word: string, names: Names, rest: Iterator<string>): Generator<Read> {
  for (const { as, value } of splitOptions(word, names)) {
    const named = names.get(as);
    if (named?.definition.kind === "text") {
      yield { kind: "option", ...named, as, value: value ?? nextOf(rest, as) };
    } else if (named) {
      yield { kind: "option", ...named, as, value };
    } else if (as === "h" || as === "help") {
      yield { kind: "help" };
    } else {
      throw new ToolUsageError(`option provided but not defined: ${withDashes(as)}`);
    }
  }
}

function nextOf(rest: Iterator<string>, as: string): string {
  const { done, value } = rest.next();
  if (done) throw new ToolUsageError(`option needs an argument: ${withDashes(as)}`);
  return value;
}

/** The options in a word: one with its value, or letters, of which the last may have a value. */
function* splitOptions(
  word: string,
  names: Names,
): Generator<{ readonly as: string; readonly value: string | undefined }> {
  const [, as = "", value] = /^--?([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  if (word.startsWith("--") || names.has(as)) {
    yield { as, value };
    return;
  }
  for (let letters = word.slice(1); letters !== ""; ) {
    const letter = letters.charAt(0);
    const after = letters.slice(1);
    const takesAfter = names.get(letter)?.definition.kind === "text" && after !== "";
    yield { as: letter, value: takesAfter ? after : undefined };
    letters = takesAfter ? "" : after;
  }
}

function toValue({ definition, as, value }: GivenOption, hook: HookContext): Value {
  if (definition.kind === "flag") {
    const isSet = booleanByText.get(value ?? "true");
    if (isSet === undefined) throw invalid(as, value, "expected true or false");
    return isSet;
  }
  const reason = definition.check?.(value ?? "", hook);
  if (reason !== undefined) throw invalid(as, value, reason);
  return value;
}

function invalid(as: string, value: string | undefined, reason: string): ToolUsageError {
  const shown = JSON.stringify(value);
  return new ToolUsageError(`invalid value ${shown} for option ${withDashes(as)}: ${reason}`);
}

function defaultsOf(options: Options, hook: HookContext): ToolArguments {
  const defaults = Object.entries(options).map(([name, definition]) => {
    const value = definition.kind === "flag" ? false : definition.default?.(hook);
    return [name, value] as const;
  });
  return Object.fromEntries(defaults);
}

function bindPositionals(
  { positionals, missing }: HookTool,
  words: readonly string[],
): ToolArguments {
  const rest = [...words];
  const bound = positionals.map((positional): readonly [string, Value] => {
    const name = positional.replace(/^\[(.*?)(?:\.\.\.)?\]$/, "$1");
    if (positional.endsWith("...]")) return [name, rest.splice(0)];
    const word = rest.shift();
    const isMissing = word === undefined && name === positional;
    if (isMissing) throw new ToolUsageError(missing ?? `no ${name} specified`);
    return [name, word];
  });
  if (rest.length === 0) return Object.fromEntries(bound);
  const unrecognized = rest.map((word) => JSON.stringify(word)).join(" ");
  throw new ToolUsageError(`unrecognized args: [${unrecognized}]`);
}
