/** Reads the words of a command line against what a command takes. */
import { parseArgs } from "node:util";
import type { Command, OptionDefinition, Options } from "./command.ts";
import { UsageError } from "./usage.ts";

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

/** Throws a `UsageError` that says what was wrong, in Juju's words where it has some. */
export function parseArguments(command: Command, words: readonly string[]): ParsedArguments {
  const options = optionsOf(command);
  const { values, positionals } = split(words, options);
  const isHelp = values.help === true;
  const given = isHelp ? {} : bind(command.positionals, positionals);
  const own = Object.entries(command.options).map(([name, each]) => [
    name,
    givenValue(each, values[name]),
  ]);
  const format = String(values.format ?? command.formats?.[0] ?? "");
  if (command.formats && !command.formats.includes(format)) {
    const known = command.formats.join(", ");
    throw new UsageError(`invalid value "${format}" for option --format: there are ${known}`);
  }
  return {
    args: { ...Object.fromEntries(own), ...given },
    global: {
      help: isHelp,
      quiet: values.quiet === true,
      debug: values.debug === true,
      verbose: values.verbose === true || values.debug === true,
      model: toText(values.model),
      controller: toText(values.controller),
      format,
      output: toText(values.output) ?? "",
    },
  };
}

type Values = Readonly<Record<string, unknown>>;

function split(words: readonly string[], options: Options) {
  const config = Object.fromEntries(
    Object.entries(options).map(([name, { kind, short }]) => [
      name,
      {
        type: kind === "flag" ? ("boolean" as const) : ("string" as const),
        multiple: kind === "list",
        ...(short === undefined ? {} : { short }),
      },
    ]),
  );
  const args = words.map((word) => withoutBooleanValue(word, options));
  try {
    return parseArgs({ args, options: config, allowPositionals: true, strict: true }) as {
      values: Values;
      positionals: string[];
    };
  } catch (error) {
    throw new UsageError(explain(error, args, options));
  }
}

/** Juju's flags may be written `--force=true` as well. */
function withoutBooleanValue(word: string, options: Options): string {
  const [name = "", value] = word.split("=", 2);
  const isFlag = options[name.replace(/^--/, "")]?.kind === "flag";
  return isFlag && value === "true" ? name : word;
}

function explain(error: unknown, words: readonly string[], options: Options): string {
  const unknown = words.find((word) => {
    if (!/^-./.test(word) || word === "--") return false;
    const [name = ""] = word.replace(/^--?/, "").split("=");
    const shorts = Object.values(options).map(({ short }) => short);
    return !(name in options) && !shorts.includes(name[0] ?? "");
  });
  if (unknown) return `option provided but not defined: ${unknown.split("=")[0]}`;
  const [message = ""] = error instanceof Error ? error.message.split(". ") : [String(error)];
  return message.replaceAll("'", '"').replace(/^Option /, "option ");
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

function givenValue(definition: OptionDefinition, value: unknown): unknown {
  switch (definition.kind) {
    case "flag":
      return value === true;
    case "list":
      return value ?? [];
    case "text":
      return value ?? definition.default;
  }
}

function toText(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}
