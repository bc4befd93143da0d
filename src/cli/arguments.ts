/** Reads the words of a command line against what a command takes. */
import { UsageError } from "#base/usage.ts";
import { invalidValue, readWords } from "#base/words.ts";
import type { Command, OptionDefinition, Options } from "./command.ts";

/** What every command takes. */
const globalOptions: Options = {
  debug: { kind: "flag", help: "Equivalent to --show-log and --verbose" },
  help: { kind: "flag", short: "h", help: "Show help on a command or other topic" },
  "logging-config": { kind: "text", help: "Accepted for compatibility; has no effect" },
  quiet: { kind: "flag", short: "q", help: "Show no informational output" },
  "show-log": { kind: "flag", help: "If set, write the log file to stderr" },
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
  const { isHelp, values, positionals } = readValues(words, options);
  const own = Object.keys(command.options).map((name) => [name, values[name]]);
  return {
    args: { ...Object.fromEntries(own), ...(isHelp ? {} : bind(command.positionals, positionals)) },
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

function readValues(words: readonly string[], options: Options) {
  const names = namesOf(options);
  const kinds = new Map([...names].map(([as, name]) => [as, wordKindOf(options[name])] as const));
  const values: Values = Object.fromEntries(
    Object.entries(options).map(([name, each]) => [name, defaultOf(each)]),
  );
  const positionals: string[] = [];
  for (const word of readWords(words, kinds)) {
    if (word.kind === "help") return { isHelp: true, values, positionals };
    if (word.kind === "positional") positionals.push(word.word);
    else {
      const name = names.get(word.as) ?? word.as;
      values[name] = withGiven(values[name], word.kind === "flag" ? word.isSet : word.value);
    }
  }
  return { isHelp: false, values, positionals };
}

/** Names of options by how they may be written, long or short. */
function namesOf(options: Options): ReadonlyMap<string, string> {
  const names = Object.entries(options).filter(([name]) => name !== "help");
  return new Map(
    names.flatMap(([name, { short = name }]) => [name, short].map((as) => [as, name])),
  );
}

function wordKindOf(definition: OptionDefinition | undefined): "flag" | "text" {
  return definition?.kind === "flag" ? "flag" : "text";
}

function defaultOf(definition: OptionDefinition): unknown {
  switch (definition.kind) {
    case "flag":
      return false;
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

function bind(definitions: readonly string[], words: readonly string[]): Record<string, unknown> {
  const bound: Record<string, unknown> = {};
  let rest = [...words];
  for (const definition of definitions) {
    const name = definition.replaceAll(/[[\].]/g, "");
    if (definition.endsWith("...]")) {
      bound[name] = rest;
      rest = [];
      continue;
    }
    const [word, ...left] = rest;
    const isOptional = definition.startsWith("[");
    if (word === undefined && !isOptional) throw new UsageError(`no ${toWords(name)} specified`);
    bound[name] = word;
    rest = left;
  }
  if (rest.length > 0) throw new UsageError(`unrecognized args: ${JSON.stringify(rest)}`);
  return bound;
}

function toWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll("-", " ");
}

function toText(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}
