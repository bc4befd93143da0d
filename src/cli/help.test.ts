import assert from "node:assert/strict";
import { test } from "node:test";
import { byText } from "#base/order.ts";
import { optionsOf } from "./arguments.ts";
import { formatCommandHelp, formatCommandList, overview } from "./help.ts";
import { findCommandName, loadCommand } from "./load.ts";
import { aliases, commandNames } from "./names.ts";
import { unknownCommand } from "./suggest.ts";

const names = [...commandNames, ...Object.keys(aliases)];
const definitions = await Promise.all(
  commandNames.map(async (name) => [name, await loadCommand(name)] as const),
);

test("every command says in one line what it does, at length how, and by examples", () => {
  for (const [name, { summary, details, examples }] of definitions) {
    assert.match(summary, /^[A-Z][^\n]+\.$/, name);
    assert.match(details.trim(), /^[A-Z][\s\S]+\.$/, name);
    assert.ok(examples.length > 0, name);
  }
});

test("every example is a command line that there is", () => {
  for (const [name, { examples }] of definitions) {
    for (const example of examples) {
      const [program, command = "", ...words] = example.split(" ");
      assert.deepEqual([program, findCommandName(command)], ["jumar", name], example);
      const own = words.includes("--") ? words.slice(0, words.indexOf("--")) : words;
      const given = own.filter((word) => word.startsWith("--")).map((word) => word.slice(2));
      const known = optionsOf(definitions.find(([each]) => each === name)?.[1] as never);
      assert.deepEqual(
        given.filter((option) => !Object.hasOwn(known, option.split("=")[0] ?? "")),
        [],
        example,
      );
    }
  }
});

test("what a command tells to see as well are other commands", () => {
  for (const [name, { seeAlso = [] }] of definitions) {
    assert.deepEqual(
      seeAlso.filter((other) => other === name || !names.includes(other)),
      [],
      name,
    );
  }
});

test("no option of a command hides one that every command has, and no letter stands for two", () => {
  for (const [name, definition] of definitions) {
    const { debug, help, quiet, verbose } = optionsOf(definition);
    assert.deepEqual([help?.short, quiet?.short, verbose?.short], ["h", "q", "v"], name);
    assert.equal(debug?.kind, "flag", name);
    const letters = Object.values(optionsOf(definition)).flatMap(({ short }) => short ?? []);
    assert.equal(new Set(letters).size, letters.length, name);
  }
});

test("the help of a command shows how it is written, each option, and its other names", async () => {
  const shown = await formatCommandHelp("refresh");
  assert.match(shown, /^Usage: jumar refresh \[options\] <application-name>\n\nSummary:\nRefresh/);
  assert.match(shown, /\n-m, --model \(= ""\)\n {4}Model to operate in\./);
  assert.match(shown, /\n--force-units\n {4}\S/);
  assert.match(await formatCommandHelp("add-machine"), /\n-n \(= 1\)\n/);
  assert.match(shown, /\n\nAliases: upgrade-charm\n\nSee also:\n - rollouts\n/);
});

test("where the names of its words do not say how a command is written, its usage does", async () => {
  const shown = await formatCommandHelp("attach-resource");
  assert.match(
    shown,
    /^Usage: jumar attach-resource \[options\] <application> <resource>=<file>\n/,
  );
});

test("the help of an alias is that of its command", async () => {
  assert.equal(await formatCommandHelp("upgrade-charm"), await formatCommandHelp("refresh"));
});

test("the list of commands has a line for each name", async () => {
  const lines = (await formatCommandList()).trimEnd().split("\n");
  assert.deepEqual(
    lines.map((line) => line.split(" ")[0]),
    names.toSorted(byText),
  );
  assert.ok(lines.some((line) => /^upgrade-charm +Alias for 'refresh'\.$/.test(line)));
});

test("the overview names commands that there are", () => {
  const named = Array.from(overview.matchAll(/^ {4}jumar (\S+)/gm), ([, name = ""]) => name);
  assert.ok(named.length > 5);
  assert.deepEqual(
    named.filter((name) => findCommandName(name) === undefined),
    [],
  );
});

test("a slip in a command's name is answered by the nearest name", () => {
  const hintFor = (given: string) =>
    /Did you mean "(.*?)"/.exec(unknownCommand(given).message)?.[1];
  const slips = { statsu: "status", depoly: "deploy", "upgrade-charms": "upgrade-charm" };
  for (const [slip, name] of Object.entries(slips)) assert.equal(hintFor(slip), name);
  assert.equal(hintFor("kill"), "kill-controller");
  assert.equal(hintFor("frobnicate"), undefined);
});
