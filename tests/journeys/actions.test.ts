/** Actions and commands, as an operator asks for them, on units that fail and agents that die. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { killHard } from "../../scripts/scratch.ts";
import { bootstrapped, findUnit, machineFolderOf, programsOf } from "./cloud.ts";

const charm: Readonly<Record<string, string>> = {
  "metadata.yaml": "name: doer\nsummary: Does things.\ndescription: Does things.\n",
  "actions.yaml": "greet: {params: {name: {type: string, default: world}}}\nlinger: {}\n",
  "hooks/start": "#!/bin/sh\nstatus-set active\n",
  "hooks/update-status": "#!/bin/sh\n",
  "actions/greet":
    '#!/bin/sh\naction-log "about to"\naction-set to="$(action-get name)"\necho hello\n',
  "actions/linger": '#!/bin/sh\naction-log "lingering"\nsleep 60\n',
};

const scratch = await bootstrapped();
after(() => scratch[Symbol.asyncDispose]());
const folder = join(scratch.folder, "doer");
for (const [name, content] of Object.entries(charm)) {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), content);
  if (content.startsWith("#!")) await chmod(join(folder, name), 0o755);
}
await scratch.jumar(`deploy ${folder}`);
await scratch.until("the unit has started", async () => {
  const unit = findUnit(await scratch.status(), "doer/0");
  return unit?.["workload-status"]?.current === "active" && unit["juju-status"]?.current === "idle";
});

test("an action is asked for, says how far it is, and answers; so does a command", async () => {
  assert.equal(await scratch.jumar("run doer/leader greet name=Ada"), "hello\nto: Ada\n");
  const task = JSON.parse(await scratch.jumar("run doer/0 greet --format json"))["doer/0"];
  assert.match(task.log[0], / about to$/);
  const commands = JSON.parse(await scratch.jumar("exec --machine 0 --format json -- echo hi"));
  assert.equal(commands["0"].results.stdout, "hi\n");
});

test("a script of the machine runs commands in the unit, and whatever else it asks for is refused", async () => {
  const machine = machineFolderOf(scratch, await scratch.status(), "doer/0");
  const run = (name: string, ...args: readonly string[]) =>
    promisify(execFile)(join(machine, "tools", name), args, { env: {} });
  const { stdout } = await run("juju-run", "doer/0", "status-set active; echo $JUJU_UNIT_NAME");
  assert.equal(stdout, "doer/0\n");
  assert.equal((await run("juju-exec", "--no-context", "pwd")).stdout, "/\n");
  const message = 'ERROR unit "other/0" not found on this machine, which has doer/0\n';
  await assert.rejects(run("juju-exec", "other/0", "true"), { code: 1, stderr: message });
});

test("an action that is cut off with its agent has failed, and the unit goes on", async () => {
  const id = /\d+/.exec(await scratch.jumar("run-action doer/0 linger"))?.[0];
  const look = async (options = "") =>
    JSON.parse(await scratch.jumar(`show-task ${id} --format json ${options}`.trim()));
  await scratch.until("the action lingers", async () => (await look()).log !== undefined);
  const machine = machineFolderOf(scratch, await scratch.status(), "doer/0");
  for (const { pid } of (await programsOf(scratch, machine)).agents) killHard(pid);
  const { status, message } = await look("--watch");
  assert.equal(status, "failed");
  assert.match(message, /^action terminated: /);
  assert.equal(await scratch.jumar("run doer/0 greet"), "hello\nto: world\n");
});
