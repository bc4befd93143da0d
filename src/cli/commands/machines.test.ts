import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "#base/usage.ts";
import { parseArguments } from "../arguments.ts";
import type { Context } from "../command.ts";
import { loadCommand } from "../load.ts";
import type { CommandName } from "../names.ts";
import { Desk } from "../testing.ts";

test("a command line that cannot be is refused before anybody is asked, with the way out", async () => {
  for (const [words, message] of [
    ["remove-machine", "no machines specified"],
    ["remove-machine x", 'invalid machine id "x"'],
    ["remove-machine 0 --no-wait", "--no-wait without --force not valid"],
    ["remove-unit greeter", 'invalid unit name "greeter"'],
    ["remove-unit greeter/0 --no-wait", "--no-wait without --force not valid"],
    [
      "remove-unit greeter/0 --num-units 2",
      "--num-units is for Kubernetes models: name the units, as in greeter/0",
    ],
    ["remove-application greeter --no-wait", "--no-wait without --force not valid"],
    ["retry-provisioning", "no machine specified"],
    ["retry-provisioning 0 --all", "specify machines or --all but not both"],
    ["set-constraints mem=1G", "no application name specified"],
    ["resolved", "no unit specified"],
    ["resolved greeter", 'unit name "greeter" not valid'],
    ["resolved greeter/0 --all", "specifying unit names(s) with --all not supported"],
    ["model-config agent-version=3.6.200", '"agent-version" must be set via "upgrade-model"'],
    ["model-defaults --reset agent-version", '"agent-version" cannot be reset'],
    ["model-defaults mode http-proxy=x", "cannot set and retrieve values simultaneously"],
  ] as const) {
    const [name = "", ...rest] = words.split(" ");
    const command = await loadCommand(name as CommandName);
    const { args } = parseArguments(command, rest);
    const refused = async () => command.run(args as never, {} as Context);
    await assert.rejects(refused, new UsageError(message), words);
  }
});

test("machines, constraints and settings are shown as they are set", async () => {
  await using own = await Desk.open();
  await own.withController();
  const said = async (words: string) => (await own.run(words)).stderr;
  const shown = async (words: string) => (await own.run(words)).stdout;

  assert.equal(
    await said("add-machine -n 2 --constraints tags=a"),
    [
      "WARNING unsupported constraints: tags (kept, and not heeded)",
      ...["created machine 2", "created machine 3", ""],
    ].join("\n"),
  );
  const { model, machines } = JSON.parse(await shown("show-machine 2 --format json"));
  assert.deepEqual([model, Object.keys(machines)], ["shop", ["2"]]);
  assert.equal(machines["2"].constraints, "tags=a");
  assert.deepEqual(
    (await shown("machines")).split("\n").map((line) => line.slice(0, 7)),
    ["Machine", "0      ", "1      ", "2      ", "3      ", ""],
  );
  assert.equal(
    await said("remove-machine 0 2 --no-prompt"),
    'ERROR removing machine 0 failed: machine 0 has unit "mysql/0" assigned: remove what is on it first, or use --force\n',
  );
  const plan = "This command will perform the following actions:\n";
  const unasked = await said("remove-unit mysql/0");
  assert.ok(unasked.startsWith(`${plan}will remove unit mysql/0\n`), unasked);
  assert.match(
    unasked,
    /\nERROR aborted: nothing was changed, as nobody has answered; --no-prompt /,
  );
  assert.equal((await shown("status mysql/0 --format oneline")).includes("mysql/0"), true);
  assert.equal(
    await said("remove-machine 0 --force --dry-run"),
    "will remove machine 0\n- will remove unit mysql/0\n",
  );

  await own.run("set-model-constraints cores=4 mem=1G");
  assert.equal(await shown("model-constraints --format json"), '{"cores":4,"mem":1024}\n');

  const dumped = "agent-version: 3.6.1\nmode: {value: strict, source: model}\ncolour: red\n";
  const file = await own.file("settings.yaml", dumped);
  const setting = `model-config --file ${file} proxy-ssh=true`;
  assert.deepEqual((await said(`${setting} --ignore-read-only-fields`)).split("\n"), [
    'WARNING key "colour" is not defined in the current model configuration: possible misspelling',
    'WARNING setting "proxy-ssh" has no effect: the machines of a local cloud share the network of the host',
    "",
  ]);
  const listed = (await shown("model-config")).split("\n").map((line) => line.split(/\s+/));
  const rowOf = (name: string) => listed.find(([key]) => key === name);
  assert.deepEqual(rowOf("colour"), ["colour", "model", "red"]);
  assert.deepEqual(rowOf("http-proxy"), ["http-proxy", "default", '""']);
  assert.equal(rowOf("uuid"), undefined);
});
