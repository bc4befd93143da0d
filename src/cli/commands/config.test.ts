import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
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
});

test("a file of settings has them under the application's name", async () => {
  await desk.file("settings.yaml", "greeter:\n  times: 5\n");
  assert.deepEqual(await desk.run("config greeter --file settings.yaml"), silent);
  assert.equal(await textOf("times"), "5\n");
});

test("a setting goes back to its default while another is set", async () => {
  await desk.run("config greeter times=7 greeting=Hi");
  assert.deepEqual(await desk.run("config greeter --reset times greeting=Ho"), silent);
  assert.deepEqual([await textOf("times"), await textOf("greeting")], ["1\n", "Ho\n"]);
});

test("all settings are shown with their defaults, types and where they come from", async () => {
  await desk.run("config greeter times=4 --reset greeting");
  const { settings, ...rest } = JSON.parse((await desk.run("config greeter --format json")).stdout);
  assert.deepEqual(rest, { application: "greeter", "application-config": {}, charm: "greeter" });
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
