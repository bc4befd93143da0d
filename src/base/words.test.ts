import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "./usage.ts";
import { type OptionKinds, readWords, type Word, withDashes } from "./words.ts";

const kinds: OptionKinds = new Map([
  ["all", "flag"],
  ["a", "flag"],
  ["force", "flag"],
  ["f", "flag"],
  ["relation", "text"],
  ["r", "text"],
]);

const allSet: Word = { kind: "flag", as: "a", isSet: true };
const forceSet: Word = { kind: "flag", as: "f", isSet: true };

function read(line: string): Word[] {
  return [...readWords(line.split(" "), kinds)];
}

function positional(word: string): Word {
  return { kind: "positional", word };
}

for (const line of ["--relation=db:1", "--relation db:1", "-relation=db:1", "-relation db:1"]) {
  test(`"${line}" gives a value to an option with a long name`, () => {
    assert.deepEqual(read(line), [{ kind: "text", as: "relation", value: "db:1" }]);
  });
}

for (const line of ["-r=db:1", "-r db:1"]) {
  test(`"${line}" gives a value to an option with a short name`, () => {
    assert.deepEqual(read(line), [{ kind: "text", as: "r", value: "db:1" }]);
  });
}

test("the value of a short option may follow its letter", () => {
  assert.deepEqual(read("-rdb:1"), [{ kind: "text", as: "r", value: "db:1" }]);
});

test("letters of flags share a dash, and the last letter may take a value", () => {
  assert.deepEqual(read("-af"), [allSet, forceSet]);
  assert.deepEqual(read("-af true"), [allSet, forceSet, positional("true")]);
  assert.deepEqual(read("-afr 1"), [allSet, forceSet, { kind: "text", as: "r", value: "1" }]);
});

for (const value of ["true", "t", "T", "1", "TRUE", "True"]) {
  test(`a flag is set by =${value}`, () => {
    assert.deepEqual(read(`-a=${value}`), [allSet]);
  });
}

for (const value of ["false", "f", "F", "0", "FALSE", "False"]) {
  test(`a flag is unset by =${value}`, () => {
    assert.deepEqual(read(`--all=${value}`), [{ kind: "flag", as: "all", isSet: false }]);
  });
}

test("options stand anywhere among the positionals", () => {
  const words = read("one -a two --relation 1 three");
  const others = words.filter(({ kind }) => kind === "positional");
  assert.deepEqual(others, ["one", "two", "three"].map(positional));
});

test("after -- every word is a positional", () => {
  assert.deepEqual(read("-a -- -f --relation -- x"), [
    allSet,
    ...["-f", "--relation", "--", "x"].map(positional),
  ]);
});

test("a single dash is a positional", () => {
  assert.deepEqual(read("- -a"), [positional("-"), allSet]);
});

test("an option takes the next word as its value, whatever it looks like", () => {
  assert.deepEqual(read("--relation -a"), [{ kind: "text", as: "relation", value: "-a" }]);
  assert.deepEqual(read("--relation="), [{ kind: "text", as: "relation", value: "" }]);
});

test("a value may hold lines and equal signs", () => {
  assert.deepEqual(
    [...readWords(["--relation=a=b\nc"], kinds)],
    [{ kind: "text", as: "relation", value: "a=b\nc" }],
  );
});

test("help is known without being among the options", () => {
  assert.deepEqual(read("-h"), [{ kind: "help" }]);
  assert.deepEqual(read("-ah"), [allSet, { kind: "help" }]);
  assert.deepEqual(read("--help"), [{ kind: "help" }]);
});

const wrong: Readonly<Record<string, string>> = {
  "--nope": "option provided but not defined: --nope",
  "--nope=3": "option provided but not defined: --nope",
  "-n": "option provided but not defined: -n",
  "-an": "option provided but not defined: -n",
  "--relation": "option needs an argument: --relation",
  "-r": "option needs an argument: -r",
  "-ar": "option needs an argument: -r",
  "--all=maybe": 'invalid value "maybe" for option --all: expected true or false',
  "-a=": 'invalid value "" for option -a: expected true or false',
};

for (const [line, message] of Object.entries(wrong)) {
  test(`"${line}" is refused: ${message}`, () => {
    assert.throws(() => read(line), new UsageError(message));
  });
}

test("names are shown with as many dashes as they are written with", () => {
  assert.equal(withDashes("relation"), "--relation");
  assert.equal(withDashes("r"), "-r");
});
