import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { Desk, type Ran } from "../testing.ts";

const desk = await Desk.open();
after(() => desk[Symbol.asyncDispose]());
await desk.withController();
await mkdir(join(desk.folder, "greeter"));
await desk.file("greeter/metadata.yaml", "name: greeter\nsummary: Greets.\ndescription: Greets.\n");
await desk.file(
  "greeter/config.yaml",
  "options:\n  greeting: {type: string, default: Hello}\n  times: {type: int, default: 1}\n",
);
const deployed = await desk.run("deploy ./greeter --config times=2");

const silent: Ran = { status: 0, stdout: "", stderr: "" };
const textOf = async (key: string) => (await desk.run(`config greeter ${key}`)).stdout;

test("what deploy does is said beside the output, where each step is said once", () => {
  assert.deepEqual(deployed, {
    ...{ status: 0, stdout: "" },
    stderr: `\
Packing ./greeter
Uploading charm "greeter": ${deployed.stderr.match(/\d+ of \d+ bytes/)?.[0]}
Located local charm "greeter", revision 0
Deploying "greeter" from local charm "greeter", revision 0
`,
  });
});

test("a setting is set by its value, or by the text of a file, and read alone", async () => {
  await desk.file("banner", "Salut\nle monde");
  assert.deepEqual(await desk.run("config greeter times=3 greeting=@banner"), silent);
  assert.equal(await textOf("times"), "3\n");
  assert.equal(await textOf("greeting"), "Salut\nle monde\n");
  assert.deepEqual(await desk.run("config greeter times -o value"), silent);
  assert.equal(await readFile(join(desk.folder, "value"), "utf8"), "3\n");
});

test("a setting that has the value already is set all the same, and said", async () => {
  await desk.run("config greeter times=4");
  const stderr = 'WARNING the configuration setting "times" already has the value "4"\n';
  assert.deepEqual(await desk.run("config greeter times=4 greeting=Hei"), { ...silent, stderr });
  assert.equal(await textOf("greeting"), "Hei\n");
});

test("a file of settings has them under the application's name", async () => {
  await desk.file("settings.yaml", "greeter:\n  times: 5\n");
  assert.deepEqual(await desk.run("config greeter --file settings.yaml"), silent);
  assert.equal(await textOf("times"), "5\n");
  const input = "greeter:\n  times: 6\n";
  assert.deepEqual(await desk.run("config greeter --file -", { input }), silent);
  assert.equal(await textOf("times"), "6\n");
  const large = { input: "x".repeat(5 * 1024 * 1024 + 1) };
  const { stderr } = await desk.run("config greeter greeting=@-", large);
  assert.equal(stderr, "ERROR size of option file is larger than 5M\n");
});

test("what config prints, a file gives back: values, defaults and trust", async () => {
  await desk.run("config greeter --reset times greeting=Ciao trust=true");
  for (const format of ["yaml", "json"]) {
    await desk.run(`config greeter --format ${format} -o saved`);
    await desk.run("config greeter times=8 greeting=Hi trust=false");
    assert.deepEqual(await desk.run("config greeter --file saved"), silent);
    const { settings, ...all } = JSON.parse(
      (await desk.run("config greeter --format json")).stdout,
    );
    const { trust } = all["application-config"];
    assert.deepEqual(
      [settings.times.source, settings.greeting.value, trust.value],
      ["default", "Ciao", true],
    );
  }
  const { stdout } = await desk.run("config greeter");
  const input = stdout.replace("value: 1", "value: 9");
  await desk.run("config greeter --file - --reset greeting", { input });
  assert.deepEqual([await textOf("times"), await textOf("greeting")], ["9\n", "Hello\n"]);
  const bare = await desk.run("config greeter --file -", { input: "settings: {times: 3}" });
  const why = 'setting "times" is not written as "config" prints it: expected a map with a value';
  assert.deepEqual([bare.status, bare.stderr], [1, `ERROR ${why}\n`]);
  await desk.run("config greeter --reset trust");
});

test("a setting goes back to its default while another is set", async () => {
  await desk.run("config greeter times=7 greeting=Hi");
  assert.deepEqual(await desk.run("config greeter --reset times greeting=Ho"), silent);
  assert.deepEqual([await textOf("times"), await textOf("greeting")], ["1\n", "Ho\n"]);
});

test("settings are set and put back all at once, or not at all", async () => {
  await desk.run("config greeter times=7 greeting=Hi");
  await desk.file("right.yaml", "greeter:\n  times: 8\n");
  await desk.file("wrong.yaml", "greeter:\n  times: many\n");
  for (const wrong of [
    "--reset greeting times=x",
    "--reset greeting --file wrong.yaml",
    "--reset colour times=3",
  ]) {
    assert.equal((await desk.run(`config greeter ${wrong}`)).status, 1, wrong);
    assert.deepEqual([await textOf("times"), await textOf("greeting")], ["7\n", "Hi\n"], wrong);
  }
  assert.deepEqual(await desk.run("config greeter --reset greeting --file right.yaml"), silent);
  assert.deepEqual([await textOf("times"), await textOf("greeting")], ["8\n", "Hello\n"]);
});

test("a model's settings are set and put back all at once, or not at all", async () => {
  const values = async () => {
    const config = JSON.parse((await desk.run("model-config --format json")).stdout);
    return [config["agent-probation"], config["update-status-hook-interval"]].map(
      (each) => each.Value,
    );
  };
  await desk.run("model-config agent-probation=5m update-status-hook-interval=2m");
  const change = "model-config --reset agent-probation update-status-hook-interval";
  assert.equal((await desk.run(`${change}=never`)).status, 1);
  assert.deepEqual(await values(), ["5m", "2m"]);
  assert.deepEqual(await desk.run(`${change}=3m`), silent);
  assert.deepEqual(await values(), ["2m", "3m"]);
});

test("all settings are shown with their defaults, types and where they come from", async () => {
  await desk.run("config greeter times=4 --reset greeting");
  const { settings, ...rest } = JSON.parse((await desk.run("config greeter --format json")).stdout);
  assert.deepEqual(rest, {
    application: "greeter",
    "application-config": {
      trust: {
        description: "Whether the charm may use the credentials of the model's cloud",
        ...{ type: "bool", source: "default", default: false, value: false },
      },
    },
    charm: "greeter",
  });
  assert.deepEqual(
    [
      settings.greeting.value,
      settings.greeting.source,
      settings.times.value,
      settings.times.source,
    ],
    ["Hello", "default", 4, "user"],
  );
});

test("a setting that the charm does not have is refused, and so is reading it", async () => {
  assert.equal(
    (await desk.run("config greeter colour=red")).stderr,
    'ERROR unknown option "colour"\n',
  );
  assert.equal(
    (await desk.run("config greeter colour")).stderr,
    'ERROR key "colour" not found in "greeter" application config\n',
  );
});

test("on a terminal one step of progress takes the place of the other", async () => {
  const { stdout } = await desk.run("deploy ./greeter again", { isTerminal: true });
  const steps = stdout.split("\r\n")[0]?.split("\r\u001b[K") ?? [];
  assert.deepEqual(steps.slice(0, 2), ["", "Packing ./greeter"]);
  assert.match(steps[2] ?? "", /^Uploading charm "greeter": /);
});

test("trust is given with deploy, by a command of its own and as a setting, and read as one", async () => {
  const isTrusted = async () => (await desk.run("config greeter trust")).stdout;
  assert.equal(await isTrusted(), "false\n");
  for (const [line, expected] of [
    ["trust greeter", "true\n"],
    ["trust greeter --remove", "false\n"],
    ["config greeter trust=true times=2", "true\n"],
    ["config greeter --reset trust", "false\n"],
    ["refresh greeter --path ./greeter --trust", "true\n"],
    ["refresh greeter --path ./greeter", "true\n"],
    ["refresh greeter --path ./greeter --trust=false", "false\n"],
    ["trust greeter --scope cluster", "true\n"],
  ] as const) {
    assert.equal((await desk.run(line)).status, 0, line);
    assert.equal(await isTrusted(), expected, line);
  }
  await desk.run("deploy ./greeter believed --trust");
  assert.equal((await desk.run("config believed trust")).stdout, "true\n");
  const { status, stderr } = await desk.run("trust greeter --scope model");
  assert.deepEqual([status, stderr], [1, 'ERROR scope "model" not valid\n']);
});

test("settings are shown in the order of their names", async () => {
  const { stdout } = await desk.run("config greeter");
  const names = stdout.match(/^ +\w+(?=:)/gm)?.map((name) => name.trim());
  assert.deepEqual(names, [
    ...["trust", "default", "description", "source", "type", "value"],
    ...["greeting", "default", "description", "source", "type", "value"],
    ...["times", "default", "description", "source", "type", "value"],
  ]);
});
