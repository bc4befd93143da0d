/** Reads the words of a command line against what a command takes. */
import { bindPositionals, namesOf } from "#base/arguments.ts";
import { invalidValue, readWords } from "#base/words.ts";
import type { Command, OptionDefinition, Options } from "./command.ts";

/** What every command takes. */
const globalOptions: Options = {
  debug: { kind: "flag", help: "Show where an error came from, and what --verbose shows" },
  help: { kind: "flag", short: "h", help: "Show help on a command or other topic" },
  "logging-config": { kind: "text", help: "Accepted for compatibility; has no effect" },
  quiet: { kind: "flag", short: "q", help: "Show no informational output" },
  "show-log": { kind: "flag", help: "Accepted for compatibility; has no effect" },
  verbose: { kind: "flag", short: "v", help: "Show more verbose output" },
};

const browserOption: Options = {
  "no-browser-login": {
    kind: "flag",
    short: "B",
    help: "Do not use web browser for authentication",
  },
};

const scopeOptions: Readonly<Record<Command["scope"], Options>> = {
  client: {},
  controller: {
    controller: { kind: "text", short: "c", help: "Controller to operate in" },
    ...browserOption,
  },
  model: {
    model: {
      kind: "text",
      short: "m",
      help: "Model to operate in. Accepts [<controller name>:]<model name>|<model UUID>",
    },
    ...browserOption,
  },
};

function formatOptions(formats: readonly string[]): Options {
  const [standard = ""] = formats;
  return {
    format: {
      kind: "text",
      default: standard,
      help: `Specify output format (${formats.join("|")})`,
    },
    output: { kind: "text", short: "o", default: "", help: "Specify an output file" },
  };
}

/** Everything that the command takes, with what it need not say itself. */
export function optionsOf({ options, scope, formats }: Command): Options {
  const own = { ...options, ...(formats ? formatOptions(formats) : {}) };
  return { ...globalOptions, ...scopeOptions[scope], ...own };
}

export interface ParsedArguments {
  /** Positionals and the command's own options, by name. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly global: {
    readonly help: boolean;
    readonly quiet: boolean;
    readonly verbose: boolean;
    readonly debug: boolean;
    readonly model: string | undefined;
    readonly controller: string | undefined;
    readonly format: string;
    readonly output: string;
  };
}

/**
 * Of an option that is repeated, the last counts, but for lists. Throws a `UsageError` that says what
 * was wrong, in Juju's words where it has some.
 */
export function parseArguments(command: Command, words: readonly string[]): ParsedArguments {
  const options = optionsOf(command);
  const { isHelp, values, positionals } = readValues(words, options, {
    areFirst: command.areOptionsFirst === true,
  });
  const own = Object.keys(command.options).map((name) => [name, values[name]]);
  return {
    args: { ...Object.fromEntries(own), ...(isHelp ? {} : bind(command, positionals)) },
    global: {
      help: isHelp,
      quiet: values.quiet === true,
      debug: values.debug === true,
      verbose: values.verbose === true || values.debug === true,
      model: toText(values.model),
      controller: toText(values.controller),
      format: formatOf(command, values),
      output: toText(values.output) ?? "",
    },
  };
}

type Values = Record<string, unknown>;

function readValues(
  words: readonly string[],
  options: Options,
  order: { readonly areFirst: boolean },
) {
  const { help: _, ...named } = options;
  const names = namesOf(named);
  const kinds = new Map([...names].map(([as, { definition }]) => [as, wordKindOf(definition)]));
  const values: Values = Object.fromEntries(
    Object.entries(options).map(([name, each]) => [name, defaultOf(each)]),
  );
  const positionals: string[] = [];
  for (const word of readWords(words, kinds, order)) {
    if (word.kind === "help") return { isHelp: true, values, positionals };
    if (word.kind === "positional") positionals.push(word.word);
    else {
      const { name = word.as } = names.get(word.as) ?? {};
      values[name] = withGiven(values[name], word.kind === "flag" ? word.isSet : word.value);
    }
  }
  return { isHelp: false, values, positionals };
}

function wordKindOf({ kind }: OptionDefinition): "flag" | "text" {
  return kind === "flag" ? "flag" : "text";
}

function defaultOf(definition: OptionDefinition): unknown {
  switch (definition.kind) {
    case "flag":
      return "isOptional" in definition ? undefined : false;
    case "list":
      return [];
    case "text":
      return definition.default;
  }
}

function withGiven(before: unknown, given: unknown): unknown {
  return Array.isArray(before) ? [...before, given] : given;
}

function formatOf({ formats }: Command, values: Values): string {
  const format = String(values.format ?? "");
  if (!formats || formats.includes(format)) return format;
  throw invalidValue("format", format, `there are ${formats.join(", ")}`);
}

function bind({ positionals }: Command, words: readonly string[]) {
  return bindPositionals(positionals, words, (name) => `no ${toWords(name)} specified`);
}

function toWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll("-", " ");
}

function toText(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}
