import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "#base/usage.ts";
import { hookOf } from "../testing.ts";
import { optionsOf, parseArguments } from "./arguments.ts";
import { type Format, flag, hookTool, option } from "./hook-tool.ts";

const tool = hookTool({
  summary: "A tool.",
  details: "",
  options: {
    app: flag("A flag."),
    all: flag("A flag with a letter.", { short: "a" }),
    quiet: flag("Another.", { short: "q" }),
    relation: option("A number.", {
      short: "r",
      default: ({ unit }) => `of ${unit}`,
      check: (value, { application }) =>
        /^\d+$/.test(value) ? undefined : `not a number for ${application}`,
    }),
    text: option("Anything.", { short: "t" }),
    s: option("An option that is a letter."),
  },
  positionals: ["key", "[unit]"],
  run: () => undefined,
});

const plain = { summary: "A tool.", details: "", options: {}, run: () => undefined };

const { hook } = hookOf();
const defaults = { app: false, all: false, quiet: false, relation: "of mysql/0" };
const unset = { text: undefined, s: undefined, format: undefined };

function parse(line: string) {
  return parseArguments(tool, line.split(" "), hook);
}

function parsed(values: object) {
  return { ...defaults, ...unset, key: "-", unit: undefined, ...values };
}

function usageError(message: string) {
  return (error: unknown) => error instanceof UsageError && error.message === message;
}

test("options stand anywhere among the positionals", () => {
  const expected = parsed({ key: "-", unit: "a/0", app: true, relation: "1" });

  for (const line of [
    "-r 1 - a/0 --app --app",
    "- a/0 --app -r 1",
    "--app - --relation 1 a/0",
    "- -r 1 --app -- a/0",
  ]) {
    assert.deepEqual(parse(line), expected, line);
  }
});

test("a value stands in the next word, after =, or right after a letter", () => {
  for (const line of ["-r 7 -", "-r=7 -", "-r7 -", "--relation=7 -", "--relation 7 -", "--r 7 -"]) {
    assert.deepEqual(parse(line), parsed({ relation: "7" }), line);
  }
  for (const line of ["-relation 7 -", "-relation=7 -", "-aqr7 -a=0 -q=f -"]) {
    assert.deepEqual(parse(line), parsed({ relation: "7" }), line);
  }
  assert.deepEqual(parse("- -t --app -s=-x=y"), parsed({ text: "--app", s: "-x=y" }));
  assert.deepEqual(parse("- --text= -t=a\nb"), parsed({ text: "a\nb" }));
  assert.deepEqual(parse("- --text="), parsed({ text: "" }));
});

test("of an option that is repeated the last counts", () => {
  assert.deepEqual(parse("- -r 1 --relation 2"), parsed({ relation: "2" }));
});

test("flags of one letter share a dash", () => {
  assert.deepEqual(parse("- -aq"), parsed({ all: true, quiet: true }));
  assert.deepEqual(parse("- -aqt x"), parsed({ all: true, quiet: true, text: "x" }));
});

test("a flag is true or false in Go's ways, only after =", () => {
  for (const text of ["1", "t", "T", "TRUE", "true", "True"]) {
    assert.deepEqual(parse(`- --app=${text}`), parsed({ app: true }), text);
  }
  for (const text of ["0", "f", "F", "FALSE", "false", "False"]) {
    assert.deepEqual(parse(`- --app --app=${text}`), parsed({ app: false }), text);
  }
  assert.deepEqual(parse("--app false"), parsed({ app: true, key: "false" }));
  for (const text of ["", "yes", "tRUE"]) {
    assert.throws(
      () => parse(`- --app=${text}`),
      usageError(`invalid value "${text}" for option --app: expected true or false`),
    );
  }
});

test("-- ends options, and a single dash is a positional", () => {
  assert.deepEqual(parse("-- --app -r"), parsed({ key: "--app", unit: "-r" }));
  assert.deepEqual(parse("-- -- -h"), parsed({ key: "--", unit: "-h" }));
});

test("help is asked for by -h and --help, but not after --", () => {
  for (const line of ["-h", "--help", "-help", "- --app --help a b c", "-qh"]) {
    assert.equal(parse(line), undefined, line);
  }
});

test("an option that the tool does not have is called by its name", () => {
  for (const [line, name] of [
    ["- --bogus", "--bogus"],
    ["- --bogus=1", "--bogus"],
    ["-x", "-x"],
    ["-ax", "-x"],
    ["--output f", "--output"],
    ["--toString", "--toString"],
  ]) {
    assert.throws(() => parse(`${line}`), usageError(`option provided but not defined: ${name}`));
  }
});

test("an option that has no value says so", () => {
  assert.throws(() => parse("- -r"), usageError("option needs an argument: -r"));
  assert.throws(() => parse("- --text"), usageError("option needs an argument: --text"));
});

test("a value that is given is checked, and the option called by the name that was used", () => {
  const reason = "not a number for mysql";

  for (const [line, name] of [
    ["- -r x", "-r"],
    ["- --relation x", "--relation"],
  ]) {
    assert.throws(
      () => parse(`${line}`),
      usageError(`invalid value "x" for option ${name}: ${reason}`),
    );
  }
});

test("positionals are bound in their order, the rest under the last", () => {
  const greedy = hookTool({ ...plain, positionals: ["first", "[rest...]"] });

  assert.deepEqual(parseArguments(greedy, ["1", "2", "3"], hook), {
    format: undefined,
    first: "1",
    rest: ["2", "3"],
  });
  assert.deepEqual(parseArguments(greedy, ["1"], hook), {
    format: undefined,
    first: "1",
    rest: [],
  });
});

test("too many positionals and too few are usage errors", () => {
  const strict = hookTool({ ...plain, positionals: ["key"], missing: "say something" });

  assert.throws(() => parse("a b c d"), usageError('unrecognized args: ["c" "d"]'));
  assert.throws(() => parse("--app"), usageError("no key specified"));
  assert.throws(() => parseArguments(strict, [], hook), usageError("say something"));
});

test("a tool with output takes the formats that go with its own, and a file", () => {
  const printing = hookTool({ ...plain, positionals: [], output: "smart" });
  const line = (words: string) => parseArguments(printing, words.split(" "), hook);

  assert.deepEqual(parseArguments(printing, [], hook), { format: "smart", output: undefined });
  assert.deepEqual(line("--format yaml -o f"), { format: "yaml", output: "f" });
  assert.deepEqual(line("--output=f --format=json"), { format: "json", output: "f" });
  for (const format of ["tabular", "raw", ""]) {
    assert.throws(
      () => line(`--format=${format}`),
      usageError(`invalid value "${format}" for option --format: unknown format "${format}"`),
    );
  }
  assert.throws(() => line("-o"), usageError("option needs an argument: -o"));
});

test("a tool knows the formats that go with the one in which it prints by default", () => {
  const formatsOf = (output: Format) => {
    const { format } = optionsOf({ ...plain, positionals: [], output });
    return format?.help.match(/json|smart|yaml/g);
  };

  assert.deepEqual(formatsOf("smart"), ["json", "smart", "yaml"]);
  assert.deepEqual(formatsOf("yaml"), ["json", "yaml"]);
  assert.deepEqual(formatsOf("json"), ["json", "yaml"]);
});

test("a tool that prints text as it is knows neither formats nor files", () => {
  assert.deepEqual(optionsOf({ ...plain, positionals: [], output: "raw" }), {});
});
