import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "#base/usage.ts";
import { parseArguments } from "./arguments.ts";
import { type Command, command, flag, list, text, textOr } from "./command.ts";

const paint: Command = command({
  summary: "Paints.",
  details: "",
  examples: [],
  positionals: ["wallName", "[colour]", "[helpers...]"],
  options: {
    bucket: list("A bucket", "b"),
    dry: flag("Only say what would be painted"),
    brush: text("A brush"),
    coats: textOr("1", "How often", "n"),
  },
  scope: "model",
  formats: ["tabular", "json"],
  run: () => Promise.resolve(),
});

const parse = (words: string) => parseArguments(paint, words.split(" ").filter(Boolean));

function refuses(words: string, message: string): void {
  assert.throws(() => parse(words), new UsageError(message));
}

test("what is not given has its default, or is undefined", () => {
  assert.deepEqual(parse("north").args, {
    ...{ wallName: "north", colour: undefined, helpers: [] },
    ...{ bucket: [], dry: false, brush: undefined, coats: "1" },
  });
});

test("positionals are bound in their order, and the last takes what is left", () => {
  assert.deepEqual(parse("north -b 1 red anna --dry nick -b=2 -n 3 --brush wide").args, {
    ...{ wallName: "north", colour: "red", helpers: ["anna", "nick"] },
    ...{ bucket: ["1", "2"], dry: true, brush: "wide", coats: "3" },
  });
});

test("a positional that is missing is called by its name", () => {
  refuses("", "no wall name specified");
});

test("words that nothing takes are named", () => {
  const fence: Command = { ...paint, positionals: ["wall"] };
  assert.throws(
    () => parseArguments(fence, ["north", "red", "blue"]),
    new UsageError('unrecognized args: ["red" "blue"]'),
  );
});

test("a command takes the options of its scope alone", () => {
  assert.equal(parse("north -m demo:shop").global.model, "demo:shop");
  refuses("north -c demo", "option provided but not defined: -c");
  const controllers: Command = { ...paint, scope: "controller" };
  assert.equal(parseArguments(controllers, ["north", "-c", "demo"]).global.controller, "demo");
  assert.throws(() => parseArguments({ ...paint, scope: "client" }, ["north", "-m", "shop"]), {
    message: "option provided but not defined: -m",
  });
});

test("the first format is the default, and another than the command has is refused", () => {
  assert.equal(parse("north").global.format, "tabular");
  assert.equal(parse("north --format=json").global.format, "json");
  refuses("north --format xml", 'invalid value "xml" for option --format: there are tabular, json');
});

test("help is wanted wherever it is asked for, whatever else is missing", () => {
  for (const words of ["-h", "--help", "--brush wide -h", "north --help"]) {
    assert.equal(parse(words).global.help, true, words);
  }
});

test("--debug is as wordy as --verbose", () => {
  assert.deepEqual(
    ["", "-v", "--verbose", "--debug"].map((words) => parse(`north ${words}`).global.verbose),
    [false, true, true, true],
  );
});

test("what Juju's scripts say for its log is accepted", () => {
  assert.equal(parse("north --show-log --logging-config=<root>=DEBUG").args.wallName, "north");
});
