import assert from "node:assert/strict";
import { after, test } from "node:test";
import { password } from "#controller/testing.ts";
import { Desk } from "../testing.ts";

const desk = await Desk.open();
after(() => desk[Symbol.asyncDispose]());
await desk.withController();

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
    const message = `no upgrades available: ${version} is not newer than what runs\n`;
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
