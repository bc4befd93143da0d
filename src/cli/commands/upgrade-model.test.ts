import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { password, type TestController } from "#controller/testing.ts";
import { list } from "#domain/agent-binary/agent-binary.ts";
import { packBundle } from "#release/bundle.ts";
import { thisTarget } from "#release/version.ts";
import { Desk } from "../testing.ts";

const desk = await Desk.open();
after(() => desk[Symbol.asyncDispose]());
await desk.withController();

const stopped = { status: 1, stdout: "" };

/** Somebody who administers the controller, and has agent binaries of these versions. */
async function administrator(
  ...versions: readonly string[]
): Promise<AsyncDisposable & { readonly run: typeof run; readonly controller: TestController }> {
  await using stack = new AsyncDisposableStack();
  const own = stack.use(await Desk.open());
  const controller = await own.withController();
  await own.files.saveAccount("test", { user: "boss", password, access: "superuser" });
  for (const name of ["jumard", "launcher.sh", "hook-tool"]) await own.file(name, name);
  const binaries = join(own.folder, "binaries");
  await mkdir(binaries);
  for (const version of versions) {
    await packBundle({ version, ...thisTarget() }, { from: own.folder, to: binaries });
  }
  const environment = { JUMAR_AGENT_BINARIES: binaries };
  const rest = stack.move();
  return {
    run: (words) => own.run(words, { environment }),
    controller,
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

async function versionsAt({ store }: TestController): Promise<string[]> {
  const binaries = await store.read("controller", list);
  return binaries.map(({ version }) => version);
}

/** Without agent binaries of its own, a client has nothing to send. */
const run = (words: string) =>
  desk.run(words, { environment: { JUMAR_AGENT_BINARIES: desk.folder } });

async function says(words: string, stderr: string, status: number): Promise<void> {
  assert.deepEqual(await run(words), { status, stdout: "", stderr });
}

test("a version that is no version is refused", async () => {
  const message = 'ERROR invalid version "x": expected one like 3.6.101\n';
  await says("upgrade-model --agent-version x", message, 1);
});

test("a version that is not newer is no upgrade, which is no failure", async () => {
  for (const version of ["3.6.99", "2.9.1", "3.6.100"]) {
    const message = `no upgrades available: ${version} is not newer than the model's version\n`;
    await says(`upgrade-model --agent-version ${version}`, message, 0);
  }
});

test("a version beyond the controller's waits for the controller", async () => {
  const message =
    'ERROR cannot upgrade to a version "3.6.500" greater than that of the controller "3.6.100": upgrade the controller first\n';
  await says("upgrade-model --agent-version 3.6.500", message, 1);
});

test("a version that nobody has is refused, with the way to give it to the controller", async () => {
  await desk.files.saveAccount("test", { user: "boss", password, access: "superuser" });
  await run("models --all");
  const message =
    'ERROR no matching agent binaries available: 3.6.500-ubuntu-amd64; give the controller one with "jumar sync-agent-binary --agent-version 3.6.500"\n';
  await says("upgrade-controller --agent-version 3.6.500", message, 1);
  await desk.files.saveAccount("test", { user: "anna", password, access: "login" });
});

test("a dry run says what the controller says, though this client has the newer binary", async () => {
  await using boss = await administrator("3.6.105", "3.7.0");

  assert.deepEqual(await boss.run("upgrade-controller --agent-version 3.7.0 --dry-run"), {
    ...stopped,
    stderr: "ERROR upgrading a controller to a newer major.minor version 3.7 not supported\n",
  });
  assert.deepEqual(await boss.run("upgrade-controller --dry-run"), {
    ...{ status: 0, stdout: "" },
    stderr: `\
best version:
    3.6.105
upgrade to this version by running
    jumar upgrade-controller
`,
  });
  assert.deepEqual(await versionsAt(boss.controller), []);
});

test("the controller is given the binary that it wants, and no other, before the upgrade begins", async () => {
  await using boss = await administrator("3.6.104", "3.6.105");

  assert.equal((await boss.run("upgrade-controller")).stdout, "started upgrade to 3.6.105\n");
  assert.deepEqual(await versionsAt(boss.controller), ["3.6.105"]);
});

test("nothing is sent for an upgrade that the controller refuses", async () => {
  await using boss = await administrator("3.7.0");

  assert.deepEqual(await boss.run("upgrade-controller --agent-version 3.7.0"), {
    ...stopped,
    stderr: "ERROR upgrading a controller to a newer major.minor version 3.7 not supported\n",
  });
  assert.deepEqual(await versionsAt(boss.controller), []);
});

test("the controller is upgraded whoever else has a model of that name", async () => {
  await using boss = await administrator("3.6.105");
  await boss.run("add-model controller --owner anna");
  await boss.run("models --all");

  assert.equal((await boss.run("upgrade-controller")).stdout, "started upgrade to 3.6.105\n");
  const { stdout } = await boss.run("models --all --format json");
  const models: { name: string; "agent-version": string }[] = JSON.parse(stdout).models;
  const versions = models.map(({ name, "agent-version": version }) => [name, version]);
  assert.deepEqual(Object.fromEntries(versions)["anna/controller"], "3.6.100");
});

test("who does not administer the controller cannot upgrade it", async () => {
  const message =
    "ERROR permission denied: the controller's own model is its administrators' alone\n";
  await says("upgrade-controller", message, 1);
});

test("what Juju's other ways of upgrading are called is known, and says what to do instead", async () => {
  const instead = {
    "--upload-tools": 'use "sync-agent-binary"; developers build with "npm run build:agent"',
    "--build-agent": 'build the version with "npm run build:agent -- --version VERSION" instead',
    "--reset-previous-upgrade": "an upgrade that has ended is never in the way of another",
  };
  for (const [option, hint] of Object.entries(instead)) {
    const usage = "Usage: jumar upgrade-model [options]\n";
    const message = `${usage}ERROR ${option} is not supported: ${hint}\n`;
    await says(`upgrade-model ${option}`, message, 2);
  }
});
