import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { failed, hookOf, printed, relationHookOf, run } from "../testing.ts";
import { hookToolNames, runHookTool } from "./run-hook-tool.ts";

const { hook } = hookOf({ settings: { title: "My Title" } });

test("every file in hook-tools is a tool that can be run, and no other", async () => {
  const files = await readdir(join(import.meta.dirname, "..", "hook-tools"));
  const tools = files.filter((file) => !file.endsWith(".test.ts"));

  assert.deepEqual(
    hookToolNames.toSorted().map((name) => `${name}.ts`),
    tools.toSorted(),
  );
});

test("every tool has help, whose first line says how it is used", async () => {
  for (const name of hookToolNames) {
    const { code, stdout, stderr } = await runHookTool(name, ["--help"], hook);
    assert.deepEqual([code, stderr], [0, ""], name);
    assert.match(
      stdout,
      new RegExp(`^Usage: ${name} \\[options\\][^\n]*\n\nSummary:\n[^\n]+\\.\n`),
    );
  }
});

test("a name that is no tool's, or a path, runs nothing", async () => {
  for (const name of ["", "ls", "../hook-tool", "config-get.ts", "./config-get", "toString"]) {
    assert.deepEqual(
      await runHookTool(name, [], hook),
      failed(1, `there is no hook tool "${name}"`),
    );
  }
});

test("help shows each option with its default, which may be the hook's own", async () => {
  const help = (relation: string) => `Usage: relation-set [options] [<key=value>...]

Summary:
Writes settings of a relation.

Options:
--app  (= false)
    Writes the application's settings, which only the leader may.
--file  (= )
    A YAML map of more settings; - is standard input.
--format  (= )
    Is ignored.
-r, --relation  (= ${relation})
    The relation, as its id or as ENDPOINT:ID.

Details:
The others see the settings when the hook has succeeded. A setting without a value
is removed. What does not fit into a command line goes into a file, which the words
on the command line override.
`;

  assert.deepEqual(await run(hook, "relation-set --help"), printed(help("")));
  assert.deepEqual(await run(relationHookOf().hook, "relation-set -h"), printed(help("db:7")));
});

test("help shows the format and the file of tools that print something", async () => {
  const { stdout } = await run(hook, "network-get --help");

  assert.equal(stdout.split("\n")[0], "Usage: network-get [options] <binding>");
  assert.ok(stdout.includes("\n--format  (= smart)\n"));
  assert.ok(stdout.includes("\n-o, --output  (= )\n"));
});

test("what goes into a file is named beside it", async () => {
  for (const line of ["config-get title -o some/file", "config-get --output=some/file title"]) {
    assert.deepEqual(await run(hook, line), {
      ...printed("My Title\n"),
      outputFile: "some/file",
    });
  }
  assert.deepEqual(await run(hook, "config-get title -o ''"), printed("My Title\n"));
});

test("a tool that prints nothing ignores --format, and says so", async () => {
  const { hook: busy, told } = relationHookOf();

  for (const line of ["juju-log x", "open-port 80", "close-port 80", "relation-set a=b"]) {
    const [name] = line.split(" ");
    assert.deepEqual(await run(busy, `${line} --format foo`), {
      code: 0,
      stdout: "",
      stderr: `--format flag deprecated for command "${name}"\n`,
    });
  }
  assert.equal(told.length, 4);
});

test("an option that a tool does not have is refused in the words that charms look for", async () => {
  assert.deepEqual(
    await run(hook, "relation-ids --app"),
    failed(2, "option provided but not defined: --app"),
  );
});

test("a tool that breaks fails by itself, and leaves the agent alone", async () => {
  const broken = { ...hook, settings: () => JSON.parse("{") };

  const { code, stdout, stderr } = await run(broken, "config-get");

  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /^ERROR [^\n]+\n$/);
});
