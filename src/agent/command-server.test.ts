/** Scripts of the machine that call `juju-exec`, with the real program and the agent of a real unit. */
import assert from "node:assert/strict";
import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { readTextIfAny } from "#base/files.ts";
import { Journal } from "#base/journal.ts";
import { layoutOf } from "#release/layout.ts";
import { serveCommands } from "./command-server.ts";
import { findSubject } from "./unit/run/run-command.ts";
import { makeStage, Stage, wantedState } from "./unit/stage/testing.ts";
import type { UnitState } from "./unit/state.ts";
import { desiredRelation, desiredUnit, settledUnit } from "./unit/testing.ts";
import { UnitAgent } from "./unit/unit-agent.ts";

const pausesMax = 500;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const [, , childCommand, childFolder] = process.argv;
if (childCommand === "agent") await runAgent(childFolder ?? "");

/** The agent of a unit that has nothing to do, until this process is killed. */
async function runAgent(folder: string): Promise<void> {
  await using stage = await Stage.open(folder);
  await using _running = await start(stage);
  process.send?.("ready");
  await once(process, "disconnect");
}

async function start(stage: Stage): Promise<AsyncDisposable> {
  const agent = new UnitAgent(stage.setting, wantedState().state);
  const { commands } = layoutOf(stage.folder);
  const server = await serveCommands(commands, (call) => agent.offer(call));
  const stop = new AbortController();
  const running = agent.run(stop.signal);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
      await server[Symbol.asyncDispose]();
    },
  };
}

/** The folder of a unit of a charm with these files that has begun long ago. */
async function makeUnit(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await makeStage(files);
  await using stage = await openAside(folder);
  const { journal } = await Journal.open<UnitState>(stage.paths.journal);
  await using opened = journal;
  const statusUpdated = stage.setting.clock.now().toString();
  await opened.write(settledUnit({ statusUpdated }), { durable: false });
  return folder;
}

/** The stage, without that its folder goes with it. */
async function openAside(
  folder: string,
): Promise<Pick<Stage, "paths" | "setting"> & AsyncDisposable> {
  const stage = await Stage.open(folder);
  const { paths, setting } = stage;
  return { paths, setting, [Symbol.asyncDispose]: () => stage.close() };
}

/** Calls the tool as a script of the machine does, which has nothing of Juju in its environment. */
async function call(
  tool: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return await new Promise((resolve) => {
    execFile(tool, args, { env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

async function withUnit(
  files: Readonly<Record<string, string>>,
  body: (stage: Stage, tool: string) => Promise<void>,
): Promise<void> {
  await using stage = await Stage.open(await makeUnit(files));
  await using _running = await start(stage);
  await body(stage, join(stage.paths.tools, "juju-exec"));
}

async function untilThere(path: string): Promise<string> {
  for (let count = 0; count < pausesMax; count++) {
    const text = await readTextIfAny(path).catch(() => undefined);
    if (text?.endsWith("\n")) return text;
    await wait(20);
  }
  throw new Error(`${path} does not come`);
}

test("a script of the machine runs commands in a unit, whose changes count when they end well", async () => {
  await withUnit({}, async (stage, tool) => {
    const command = "state-set a=1; echo $JUJU_UNIT_NAME [$JUJU_HOOK_NAME]; pwd; echo hm >&2";
    assert.deepEqual(await call(tool, ["mysql/0", command]), {
      ...{ code: 0, stdout: `mysql/0 []\n${stage.paths.charm}\n`, stderr: "hm\n" },
    });
    const written = (await stage.commits()).filter(({ changes }) => changes.state.a === "1");
    assert.equal(written.length, 1);
    assert.equal((await call(tool, ["unit-mysql-0", "state-set b=1; exit 7"])).code, 7);
    assert.ok((await stage.commits()).every(({ changes }) => changes.state.b === undefined));
    assert.deepEqual(await stage.runs(), []);
  });
});

test("commands are about the relation that is named, and about its only unit", async () => {
  await withUnit({}, async (_stage, tool) => {
    const command =
      "echo $JUJU_RELATION $JUJU_RELATION_ID $JUJU_REMOTE_UNIT; relation-get greeting";
    for (const relation of ["1", "db:1"]) {
      const { stdout } = await call(tool, ["--relation", relation, "mysql/0", command]);
      assert.equal(stdout, "db db:1 wordpress/0\nhello\n");
    }
    const others = ["-r", "1", "--remote-unit", "wordpress/7", "mysql/0", "echo $JUJU_REMOTE_UNIT"];
    assert.match((await call(tool, others)).stderr, /^ERROR unknown remote unit wordpress\/7 /);
    const forced = await call(tool, ["--force-remote-unit", ...others]);
    assert.equal(forced.stdout, "wordpress/7\n");
    const unknown = await call(tool, ["--relation", "db:9", "mysql/0", "true"]);
    assert.equal(unknown.stderr, "ERROR unknown relation db:9: mysql/0 is in db:1\n");
  });
});

test("which remote unit is meant has to be clear", () => {
  const command = { unit: "mysql/0", commands: "", relation: "1", remoteUnit: "", isForced: false };
  const among = (members: Readonly<Record<string, number>>) =>
    desiredUnit({ relations: [desiredRelation({ members })] });
  const many = among({ "wordpress/0": 1, "wordpress/1": 1 });
  assert.throws(() => findSubject(many, command), /ambiguous remote unit; possibilities are/);
  assert.throws(() => findSubject(among({}), command), /no remote unit found for relation 1/);
  assert.equal(findSubject(among({}), { ...command, isForced: true })?.remoteUnit, "");
  const alone = { ...command, relation: "", remoteUnit: "wordpress/0" };
  assert.throws(() => findSubject(many, alone), /provided without a relation/);
});

test("what cannot be is said, also from within a hook, where it would wait for itself", async () => {
  await withUnit({}, async (_stage, tool) => {
    const stderr = async (...args: readonly string[]) => (await call(tool, args)).stderr;
    assert.equal(await stderr(), "ERROR missing unit-name\n");
    assert.equal(await stderr("mysql/0"), "ERROR missing commands\n");
    assert.match(await stderr("mysql/0", "ls", "/"), /^ERROR unrecognized args: \["\/"\]: /);
    assert.match((await call(tool, ["--help"])).stdout, /^Usage: juju-exec /);
    const nested = await call(tool, ["mysql/0", `${tool} mysql/0 true`]);
    assert.match(
      nested.stderr,
      /^ERROR juju-exec cannot be called from within a hook, have context/,
    );
    assert.equal(nested.code, 1);
  });
});

test("the tool is found by a link, is for nobody but the owner, and says when there is no agent", async () => {
  await using stage = await Stage.open(await makeUnit());
  const link = join(stage.folder, "juju-run");
  await symlink(join(stage.paths.tools, "juju-run"), link);
  const { commands } = layoutOf(stage.folder);
  {
    await using _running = await start(stage);
    assert.equal((await call(link, ["mysql/0", "echo hi"])).stdout, "hi\n");
    assert.equal((await stat(commands)).mode & 0o777, 0o600);
  }
  const { code, stderr } = await call(link, ["mysql/0", "true"]);
  assert.deepEqual([code, stderr.startsWith("ERROR cannot talk to the agent at ")], [1, true]);
});

test("a machine without Perl has the agent's own program for it", async () => {
  await withUnit({}, async (_stage, tool) => {
    const program = join(import.meta.dirname, "..", "bin", "jumard.ts");
    const words = [program, "hook-tool", "juju-exec", "mysql/0", "echo hi; exit 3"];
    const { code, stdout } = await call(process.execPath, words, { JUMAR_TOOL: tool });
    assert.deepEqual([code, stdout], [3, "hi\n"]);
    const inHook = await call(process.execPath, words, { JUMAR_TOOL: tool, JUJU_CONTEXT_ID: "c" });
    assert.match(inHook.stderr, /^ERROR juju-exec cannot be called from within a hook/m);
  });
});

test("changes that the controller refuses make the commands fail", async () => {
  await withUnit({}, async (stage, tool) => {
    await stage.refuse("state is full");
    const { code, stdout, stderr } = await call(tool, ["mysql/0", "state-set a=1; echo did"]);
    assert.deepEqual([code, stdout, stderr], [1, "did\n", "state is full\n"]);
  });
});

for (const point of ["task-begun", "task-ended"]) {
  test(`whoever waits hears when the agent dies at ${point}, and nothing runs twice`, async () => {
    const folder = await makeUnit();
    await mkdir(join(folder, "wrench"));
    const agent = fork(import.meta.filename, ["agent", folder], { execArgv: [] });
    await once(agent, "message");
    await writeFile(join(folder, "wrench", point), "");
    const tool = join(folder, "tools", "unit-mysql-0", "juju-exec");
    const ended = await call(tool, ["mysql/0", "state-set a=1; echo ran >>ran"]);
    assert.deepEqual([ended.code, ended.stderr], [1, "ERROR the agent is gone\n"]);
    await using stage = await Stage.open(folder);
    await stage.executor.tasks.resume();
    const commits = (await stage.commits()).filter(({ changes }) => changes.state.a === "1");
    assert.equal(commits.length, point === "task-begun" ? 0 : 1);
    assert.equal(stage.state.task, null);
    const ran = await readTextIfAny(join(stage.paths.charm, "ran"));
    assert.equal(ran, point === "task-begun" ? undefined : "ran\n");
  });
}

test("what is under way is ended when the agent has died, and does not count", async () => {
  const folder = await makeUnit();
  const agent = fork(import.meta.filename, ["agent", folder], { execArgv: [] });
  await once(agent, "message");
  const tool = join(folder, "tools", "unit-mysql-0", "juju-exec");
  const calling = call(tool, ["mysql/0", "state-set a=1; echo begun >begun; sleep 60"]);
  await untilThere(join(folder, "agents", "unit-mysql-0", "charm", "begun"));
  agent.kill("SIGKILL");
  assert.equal((await calling).stderr, "ERROR the agent is gone\n");
  await using stage = await Stage.open(folder);
  await stage.executor.tasks.resume();
  const commits = (await stage.commits()).filter(({ changes }) => changes.state.a === "1");
  assert.deepEqual([commits, stage.state.task], [[], null]);
});
