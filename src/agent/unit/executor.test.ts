/** Hooks from their beginning until they count, whatever becomes of the agent meanwhile. */
import assert from "node:assert/strict";
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { readTextIfAny } from "#base/files.ts";
import { ManualClock } from "#base/testing.ts";
import type { Hook } from "./hook.ts";
import { decide } from "./resolver/resolver.ts";
import { sharedId } from "./run/hook-context/testing.ts";
import { isAlive, makeStage, Stage, sharedFile, wantedState } from "./stage/testing.ts";
import { circumstancesOf, relationHook } from "./testing.ts";

const changed = relationHook("relation-changed", { remoteUnit: "wordpress/0", version: 1 });
const start: Hook = { kind: "start" };
const waitMs = 10;

/** The tools all of whose writes must count together, or not at all. */
const writes = `
open-port 80/tcp
relation-set name=mysql port=3306
relation-set port=
state-set seen=yes
close-port 8000-8010/udp
secret-get ${sharedId} >/dev/null
`;
const written = {
  relations: [{ relation: 1, application: false, settings: { name: "mysql", port: "" } }],
  "open-ports": [{ endpoint: "", protocol: "tcp", from: 80, to: 80 }],
  "close-ports": [],
  state: { seen: "yes" },
  secrets: [{ kind: "consume", id: sharedId, revision: 1 }],
};

const [, , command, childFolder] = process.argv;
if (command === "agent") {
  await using stage = await Stage.open(childFolder ?? "");
  const { operation } = stage.state;
  if (operation === null) await stage.run(changed);
  else await stage.resume();
  await stage.close();
  process.exit(0);
}

async function charmOf(script: string): Promise<string> {
  const folder = await makeStage({ dispatch: `#!/bin/sh\nset -e\n${script}\n` });
  await writeFile(join(folder, sharedFile), "shared with mysql");
  return folder;
}

test("what a hook writes is heard of in one commit when it has succeeded", async () => {
  await using stage = await Stage.open(await charmOf(writes));
  await stage.run(changed);

  assert.deepEqual(await stage.commits(), [{ sequence: 1, changes: written }]);
  assert.deepEqual(stage.state.relations[1]?.members, { "wordpress/0": 1 });
  assert.deepEqual(await stage.runs(), []);
});

test("nobody hears of anything that a hook wrote before it failed", async () => {
  await using stage = await Stage.open(await charmOf(`${writes}\nexit 1`));
  const before = stage.state;
  await stage.run(changed);

  assert.deepEqual(await stage.commits(), []);
  assert.deepEqual({ ...stage.state, operation: null, step: before.step }, before);
  assert.deepEqual(await stage.runs(), []);
});

test("what a hook wrote before it failed is not there in its next try", async () => {
  const script = "state-get >seen\n[ -e once ] || { touch once; state-set a=b; exit 1; }";
  await using stage = await Stage.open(await charmOf(script));
  await stage.run(start);
  await stage.run(start);

  assert.equal((await stage.read("seen")).trim(), "{}");
  assert.deepEqual(await stage.commits(), [
    {
      sequence: 1,
      changes: { relations: [], "open-ports": [], "close-ports": [], state: {}, secrets: [] },
    },
  ]);
});

test("a hook whose writes the controller refuses has failed, and runs again", async () => {
  await using stage = await Stage.open(await charmOf(`${writes}\necho ran >>runs`));
  await stage.refuse("port 80 is taken");
  await stage.run(changed);
  assert.equal(stage.state.step.kind, "failed");
  assert.deepEqual(stage.logged("ERROR", "uniter"), [
    'cannot commit what "db-relation-changed" wrote: port 80 is taken',
  ]);

  await stage.refuse(undefined);
  await stage.run(changed);
  assert.equal(await stage.read("runs"), "ran\nran\n");
  assert.deepEqual(await stage.commits(), [{ sequence: 2, changes: written }]);
});

test("a hook whose commit fails the controller itself counts as soon as that works again", async () => {
  await using stage = await Stage.open(await charmOf(`${writes}\necho ran >>runs`));
  await stage.refuse("the controller's log says more", "internal error");
  await assert.rejects(stage.run(changed), { code: "internal error" });
  await assert.rejects(stage.resume(), { code: "internal error" });

  await stage.refuse(undefined);
  await stage.resume();
  assert.equal(await stage.read("runs"), "ran\n");
  assert.deepEqual(await stage.commits(), [{ sequence: 1, changes: written }]);
});

test("what a hook asks of its unit is read once while it runs", async () => {
  const script = "state-get\nstate-set a=b\nstate-get a >seen\nopened-ports";
  await using stage = await Stage.open(await charmOf(script));
  await stage.run(start);
  assert.equal(await stage.reads(), "unit data\n");
  assert.equal((await stage.read("seen")).trim(), "b");

  await stage.run(start);
  assert.equal(await stage.reads(), "unit data\nunit data\n");
});

test("a tool that a failed hook has left running is not answered in the next try", async () => {
  const script = `
if [ -e once ]; then
  while [ ! -s late ]; do sleep 0.01; done
else
  (while [ ! -e once ]; do sleep 0.01; done; sleep 0.3
   state-set late=yes 2>answer || mv answer late) >/dev/null 2>&1 &
  touch once
  exit 1
fi`;
  await using stage = await Stage.open(await charmOf(script));
  await stage.run(start);
  await stage.run(start);

  assert.match(
    await stage.read("late"),
    /^ERROR bad request: expected context id "mysql\/0-start-/,
  );
  assert.deepEqual((await stage.commits())[0]?.changes.state, {});
});

test("a hook's name may be as long as its charm wants", async () => {
  await using stage = await Stage.open(await charmOf(writes));
  const endpoint = "e".repeat(250);
  await stage.run({ ...changed, endpoint });

  assert.equal((await stage.commits()).length, 1);
});

test("a failed hook is tried again later each time, but at least every five minutes", async () => {
  const clock = new ManualClock();
  await using stage = await Stage.open(await charmOf("exit 1"), { clock });
  const wanted = wantedState();
  for (const seconds of [5, 10, 20, 40, 80, 160, 300, 300]) {
    await stage.run(start, wanted);
    const decision = decide(stage.state, wanted.unit, circumstancesOf({ now: clock.now() }));
    assert.equal(decision.kind, "wait");
    const until = decision.kind === "wait" ? decision.until : null;
    const delay = clock
      .now()
      .until(until ?? clock.now())
      .total("seconds");
    assert.ok(delay <= seconds && delay >= seconds * 0.8, `${delay} is not about ${seconds}`);
    clock.advance({ seconds });
    const next = decide(stage.state, wanted.unit, circumstancesOf({ now: clock.now() }));
    assert.deepEqual(next, { kind: "run", hook: start });
  }
});

test("a hook that the operator takes as done counts without what it wrote", async () => {
  await using stage = await Stage.open(await charmOf(`${writes}\nexit 1`));
  await stage.run(start);
  await stage.executor.skip(start);

  assert.equal(stage.state.isStarted, true);
  const [commit] = await stage.commits();
  assert.deepEqual(commit?.changes.state, {});
  assert.deepEqual(commit?.changes.relations, []);
});

test("an agent that is killed while a hook runs ends the hook and runs it again", async () => {
  const script = `
echo begun >>tries
state-set try=$(wc -l <tries)
[ -e again ] || { touch again; sleep 1000; }`;
  const folder = await charmOf(script);
  await killWhen(folder, "again");
  await using stage = await Stage.open(folder);
  await stage.resume();

  assert.equal(await stage.read("tries"), "begun\nbegun\n");
  assert.equal((await stage.commits())[0]?.changes.state.try, "2");
  assert.match(stage.logged("WARNING", "uniter").join(), /was terminated: running it again/);
  assert.deepEqual(await stage.runs(), []);
});

test("a hook that succeeds after its agent was killed counts and does not run again", async () => {
  const script = `${writes}\necho ran >>runs\ntouch waiting\nwhile [ ! -e go-on ]; do sleep 0.01; done`;
  const folder = await charmOf(script);
  await killWhen(folder, "waiting");
  await writeFile(join(charmIn(folder), "go-on"), "");
  await untilEnded(folder);
  await using stage = await Stage.open(folder);
  await stage.resume();

  assert.equal(await stage.read("runs"), "ran\n");
  assert.deepEqual(await stage.commits(), [{ sequence: 1, changes: written }]);
});

test("a hook that fails after its agent was killed runs again, for nobody had answered its tools", async () => {
  const script = `
echo ran >>runs
touch waiting
while [ ! -e go-on ]; do sleep 0.01; done
state-set a=b`;
  const folder = await charmOf(script);
  await killWhen(folder, "waiting");
  await writeFile(join(charmIn(folder), "go-on"), "");
  await untilEnded(folder);
  await using stage = await Stage.open(folder);
  await stage.resume();

  assert.equal(stage.state.step.kind, "begun");
  assert.equal(await stage.read("runs"), "ran\nran\n");
  assert.deepEqual((await stage.commits())[0]?.changes.state, { a: "b" });
});

test("the children of a hook that was cut off are ended as well", async () => {
  const script = `
[ -e child ] && exit
sh -c 'while sleep 0.02; do echo more >>work; done' &
echo $! >child
wait`;
  const folder = await charmOf(script);
  await killWhen(folder, "child");
  await using stage = await Stage.open(folder);
  await stage.resume();
  const pid = Number(await stage.read("child"));

  assert.equal(await isAlive(pid), false);
});

test("a process that was given the number of a hook that is over is left alone", async () => {
  const folder = await charmOf("[ -e again ] || { touch again; sleep 1000; }");
  await killWhen(folder, "again");
  const [run = ""] = await runsIn(folder);
  const hook = Number(await readTextIfAny(join(run, "pid")));
  const stranger = spawn("sleep", ["1000"], { detached: true });
  await writeFile(join(run, "pid"), `${stranger.pid}\n`);
  await using stage = await Stage.open(folder);
  await stage.resume();

  assert.equal(stranger.exitCode ?? stranger.signalCode, null);
  process.kill(-hook, "SIGKILL");
  stranger.kill("SIGKILL");
});

test("after a power cut a hook runs again even if its end is known", async () => {
  const folder = await charmOf(
    "echo ran >>runs; touch waiting; while [ ! -e go-on ]; do sleep 0.01; done",
  );
  await killWhen(folder, "waiting");
  await writeFile(join(charmIn(folder), "go-on"), "");
  await untilEnded(folder);
  const [run = ""] = await runsIn(folder);
  await writeFile(join(run, "boot"), "another one\n");
  await using stage = await Stage.open(folder);
  await stage.resume();

  assert.equal(await stage.read("runs"), "ran\nran\n");
});

for (const point of ["operation-done", "operation-committed", "operation-saved"]) {
  test(`an agent that dies at ${point} neither runs the hook again nor commits it twice`, async () => {
    const folder = await charmOf(`${writes}\necho ran >>runs`);
    await mkdir(join(folder, "wrench"));
    await writeFile(join(folder, "wrench", point), "");
    assert.equal(await runAgent(folder), "SIGKILL");
    await using stage = await Stage.open(folder);
    await stage.resume();

    assert.equal(await stage.read("runs"), "ran\n");
    assert.deepEqual(await stage.commits(), [{ sequence: 1, changes: written }]);
    assert.equal(stage.state.sequence, 1);
    await stage.run(start);
    assert.deepEqual(await stage.runs(), [], "nothing is kept of runs that are over");
  });
}

function charmIn(folder: string): string {
  return join(folder, "agents", "unit-mysql-0", "charm");
}

async function runsIn(folder: string): Promise<string[]> {
  const runs = join(folder, "agents", "unit-mysql-0", "run");
  return (await readdir(runs)).map((name) => join(runs, name));
}

/** Runs an agent to its end. */
async function runAgent(folder: string): Promise<number | string> {
  const child = fork(import.meta.filename, ["agent", folder], {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const [code, signal] = (await once(child, "exit")) as [number, string | null];
  return signal ?? code;
}

/** Kills the agent that runs a hook as soon as the hook has made the file. */
async function killWhen(folder: string, file: string): Promise<void> {
  const child = fork(import.meta.filename, ["agent", folder], {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ended = once(child, "exit");
  const path = join(charmIn(folder), file);
  while ((await readTextIfAny(path)) === undefined) await wait(waitMs);
  await wait(waitMs);
  child.kill("SIGKILL");
  await ended;
}

/** Resolves when the hook has written down how it ended. */
async function untilEnded(folder: string): Promise<void> {
  const [run = ""] = await runsIn(folder);
  while (!(await readTextIfAny(join(run, "status")))?.endsWith("\n")) await wait(waitMs);
}
