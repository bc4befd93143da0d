/**
 * What a hook tool was given, from the words of its command line.
 *
 * Of an option that is repeated, the last counts.
 */
import { bindPositionals, type NamedOption, namesOf } from "#base/arguments.ts";
import { invalidValue, type OptionKinds, readWords, type Word } from "#base/words.ts";
import type { HookContext } from "../hook-context.ts";
import {
  type Flag,
  type Format,
  type HookTool,
  type Option,
  type Options,
  option,
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

/** Undefined when help is asked for. Throws a `UsageError`, with Juju's text where it has one. */
export function parseArguments(
  tool: HookTool,
  words: readonly string[],
  hook: HookContext,
): ToolArguments | undefined {
  const options = optionsOf(tool);
  const names = namesOf(options);
  const given = new Map<string, Value>();
  const positionals: string[] = [];
  for (const word of readWords(words, kindsOf(names))) {
    if (word.kind === "help") return undefined;
    if (word.kind === "positional") positionals.push(word.word);
    else given.set(...toGiven(names, word, hook));
  }
  return {
    ...defaultsOf(options, hook),
    ...Object.fromEntries(given),
    ...bindPositionals(
      tool.positionals,
      positionals,
      (name) => tool.missing ?? `no ${name} specified`,
    ),
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

type Names = ReadonlyMap<string, NamedOption<Flag | Option>>;

function kindsOf(names: Names): OptionKinds {
  return new Map([...names].map(([as, { definition }]) => [as, definition.kind]));
}

type GivenOption = Extract<Word, { readonly kind: "flag" | "text" }>;

function toGiven(names: Names, given: GivenOption, hook: HookContext): [string, Value] {
  const { name = "", definition } = names.get(given.as) ?? {};
  if (given.kind === "flag") return [name, given.isSet];
  const reason = definition?.kind === "text" ? definition.check?.(given.value, hook) : undefined;
  if (reason !== undefined) throw invalidValue(given.as, given.value, reason);
  return [name, given.value];
}

function defaultsOf(options: Options, hook: HookContext): ToolArguments {
  const defaults = Object.entries(options).map(([name, definition]) => {
    const value = definition.kind === "flag" ? false : definition.default?.(hook);
    return [name, value] as const;
  });
  return Object.fromEntries(defaults);
}
