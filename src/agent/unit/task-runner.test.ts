/** Actions and commands of a unit, with real processes and tools, and agents that die. */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { readTextIfAny } from "#base/files.ts";
import type { DesiredTask, TaskEnding } from "#contract/task.ts";
import { offerTask, readEndings, readProgress } from "./stage/tasks/testing.ts";
import { isAlive, makeStage, Stage, wantedState } from "./stage/testing.ts";

const pending: DesiredTask = { id: 2, status: "pending", parallel: false, "execution-group": "" };
const pausesMax = 500;

const [, , childCommand, childFolder] = process.argv;
if (childCommand === "agent") {
  await using stage = await Stage.open(childFolder ?? "");
  if (stage.state.task === null) await stage.executor.tasks.run(wantedState(), pending, never());
  else await stage.executor.tasks.resume();
  process.exit(0);
}

function never(): AbortSignal {
  return new AbortController().signal;
}

interface Ran {
  readonly ending: TaskEnding | undefined;
  readonly stage: Stage;
}

/** Runs the script as the action `go`, and hands what came of it to `look`. */
async function act(
  script: string,
  look: (ran: Ran) => void | Promise<void>,
  parameters: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await using stage = await Stage.open(await makeStage({ "actions/go": `#!/bin/sh\n${script}\n` }));
  await offerTask(stage.folder, { id: 2, name: "go", parameters });
  await stage.executor.tasks.run(wantedState(), pending, never());
  const [ending] = await readEndings(stage.folder);
  await look({ ending, stage });
}

/** The same with commands. */
async function exec(command: string, look: (ran: Ran) => void | Promise<void>, timeout = 0) {
  await using stage = await Stage.open(await makeStage());
  await offerTask(stage.folder, { id: 2, name: "juju-exec", parameters: { command, timeout } });
  await stage.executor.tasks.run(wantedState(), pending, never());
  const [ending] = await readEndings(stage.folder);
  await look({ ending, stage });
}

test("an action has its parameters, says how far it is, and what it prints and finds is told at its end", async () => {
  const script = `
echo "$(action-get out.name) $(action-get --format json) [$(action-get nothing)]"
action-log "step 1"; action-log "step 2"
action-set size=10 out.file=a.tar out.mode=0644
echo careful >&2
`;
  const parameters = { out: { name: "a" } };
  await act(
    script,
    async ({ ending, stage }) => {
      assert.deepEqual(ending, {
        ...{ id: 2, status: "completed", message: "" },
        output: {
          ...{ size: "10", out: { file: "a.tar", mode: "0644" }, "return-code": 0 },
          ...{ stdout: 'a {"out":{"name":"a"}} []\n', stderr: "careful\n" },
        },
      });
      assert.deepEqual(await readProgress(stage.folder), ["2 step 1", "2 step 2"]);
      assert.deepEqual([stage.state.task, await stage.runs()], [null, []]);
    },
    parameters,
  );
});

test("what an action writes takes effect when it ends with status 0, also where it says that it failed", async () => {
  await act("state-set a=1; relation-set -r 1 b=2; action-fail late", async ({ ending, stage }) => {
    assert.deepEqual([ending?.status, ending?.message], ["failed", "late"]);
    const [{ sequence, changes } = { sequence: 0, changes: undefined }] = await stage.commits();
    assert.deepEqual([sequence, changes?.state], [1, { a: "1" }]);
    assert.deepEqual(changes?.relations, [
      { relation: 1, application: false, settings: { b: "2" } },
    ]);
    assert.equal(stage.state.sequence, 1);
  });
  await act("state-set a=1; exit 3", async ({ ending, stage }) => {
    assert.deepEqual([ending?.status, ending?.message], ["failed", "exit status 3"]);
    assert.deepEqual([await stage.commits(), stage.state.sequence], [[], 0]);
  });
});

test("an action whose changes are refused has failed, and says why", async () => {
  await using stage = await Stage.open(
    await makeStage({ "actions/go": "#!/bin/sh\nstate-set a=1; echo so far >&2\n" }),
  );
  await offerTask(stage.folder, { id: 2, name: "go", parameters: {} });
  await stage.refuse("state is full");
  await stage.executor.tasks.run(wantedState(), pending, never());
  const output = { "return-code": 1, stderr: "so far\nstate is full\n" };
  const message = "committing requested changes failed";
  assert.deepEqual(await readEndings(stage.folder), [{ id: 2, status: "failed", message, output }]);
  assert.equal(stage.state.sequence, 1, "the controller may know the number");
});

test("the environment is that of Juju, and the dispatcher gets actions too", async () => {
  const dispatch = '#!/bin/sh\nenv | grep -E "^JUJU_(HOOK|ACTION|DISPATCH)" | sort\n';
  await using stage = await Stage.open(await makeStage({ dispatch }));
  await offerTask(stage.folder, { id: 2, name: "go", parameters: {} });
  await stage.executor.tasks.run(wantedState(), pending, never());
  const [ending] = await readEndings(stage.folder);
  const lines = [
    ...["JUJU_ACTION_NAME=go", "JUJU_ACTION_TAG=action-2", "JUJU_ACTION_UUID=2"],
    ...["JUJU_DISPATCH_PATH=actions/go", "JUJU_HOOK_NAME=", ""],
  ];
  assert.equal(ending?.output.stdout, lines.join("\n"));
});

test("an action that the charm does not have has failed", async () => {
  await using stage = await Stage.open(await makeStage());
  await offerTask(stage.folder, { id: 2, name: "go", parameters: {} });
  await stage.executor.tasks.run(wantedState(), pending, never());
  const message = 'action not implemented on unit "mysql/0"';
  assert.deepEqual(await readEndings(stage.folder), [
    { id: 2, status: "failed", message, output: {} },
  ]);
});

test("a script that the system would not run has failed with its reason", async () => {
  await using stage = await Stage.open(await makeStage({ "actions/go": "echo hi\n" }));
  const script = join(stage.paths.charm, "actions", "go");
  await chmod(script, 0o755);
  await offerTask(stage.folder, { id: 2, name: "go", parameters: {} });
  await stage.executor.tasks.run(wantedState(), pending, never());
  const [ending] = await readEndings(stage.folder);
  assert.equal(ending?.message, `fork/exec ${script}: exec format error`);
});

test("bytes that are no text are told in base64, and of much the beginning is kept", async () => {
  await act("printf 'caf\\377'; printf 'a\\000b' >&2", ({ ending }) => {
    const { stdout, stderr, ...rest } = ending?.output ?? {};
    assert.deepEqual([stdout, stderr], ["Y2Fm/w==", "YQBi"]);
    assert.equal(rest["stdout-encoding"], "base64");
    assert.equal(rest["stderr-encoding"], "base64");
  });
  await act("yes é | tr -d '\\n' | head -c 600001", ({ ending }) => {
    const stdout = String(ending?.output.stdout);
    assert.ok(Buffer.byteLength(stdout) < 530_000, `${stdout.length}`);
    assert.match(stdout, /\n\(\d+ more bytes were not kept\)\n$/);
  });
});

test("a command has the hook tools, no action, and has done its work whatever its exit status is", async () => {
  await exec("state-set a=1; echo $JUJU_UNIT_NAME [$JUJU_HOOK_NAME]; pwd", async (ran) => {
    const { ending, stage } = ran;
    assert.deepEqual([ending?.status, ending?.output["return-code"]], ["completed", 0]);
    assert.equal(ending?.output.stdout, `mysql/0 []\n${stage.paths.charm}\n`);
    assert.equal((await stage.commits()).length, 1);
  });
  await exec("action-get; exit 4", async ({ ending, stage }) => {
    assert.deepEqual([ending?.status, ending?.output["return-code"]], ["completed", 4]);
    assert.equal(ending?.output.stderr, "ERROR not running an action\n");
    assert.deepEqual(await stage.commits(), []);
  });
});

test("a machine is not rebooted from an action, nor from a command", async () => {
  const refusal = "ERROR juju-reboot is not supported when running an action.\n";
  await act("juju-reboot", ({ ending }) => assert.equal(ending?.output.stderr, refusal));
  await exec("juju-reboot --now", ({ ending }) => assert.equal(ending?.output.stderr, refusal));
});

test("a command is ended with all its children when its time is up", async () => {
  const command = "echo begun; setsid sleep 60 & sleep 61 & echo $! >child; wait";
  await exec(
    command,
    async ({ ending, stage }) => {
      assert.deepEqual([ending?.status, ending?.message], ["failed", "command timed out"]);
      assert.equal(ending?.output.stdout, "begun\n");
      assert.equal(await isAlive(Number(await stage.read("child"))), false);
    },
    300e6,
  );
});

test("an action that is to end is killed, and what it has said until then is told", async () => {
  const script = "#!/bin/sh\naction-set a=1\nsleep 60 &\necho $! >child; wait\n";
  await using stage = await Stage.open(await makeStage({ "actions/go": script }));
  await offerTask(stage.folder, { id: 2, name: "go", parameters: {} });
  const running = stage.executor.tasks.run(wantedState(), pending, never());
  const child = await untilThere(join(stage.paths.charm, "child"));
  stage.executor.tasks.heed([{ ...pending, id: 1, status: "aborting" }]);
  stage.executor.tasks.heed([{ ...pending, status: "aborting" }]);
  await running;
  const message = "action aborted";
  assert.deepEqual(await readEndings(stage.folder), [
    { id: 2, status: "aborted", message, output: { a: "1" } },
  ]);
  assert.equal(await isAlive(Number(child)), false);
});

test("one that has been cancelled meanwhile does not run, and is not asked for again", async () => {
  await using stage = await Stage.open(await makeStage({ "actions/go": "#!/bin/sh\n" }));
  const { tasks } = stage.executor;
  await tasks.run(wantedState(), pending, never());
  assert.deepEqual(await readEndings(stage.folder), []);
  assert.deepEqual([stage.state.task, tasks.leave([pending])], [null, []]);
  tasks.heed([]);
  assert.deepEqual(tasks.leave([pending]), [pending]);
});

test("one that runs as far as the controller knows, and nobody knows of, has failed", async () => {
  await using stage = await Stage.open(await makeStage());
  const { tasks } = stage.executor;
  await tasks.disown({ ...pending, status: "running" });
  await tasks.disown({ ...pending, id: 3, status: "aborting" });
  const endings = await readEndings(stage.folder);
  assert.deepEqual(
    endings.map(({ id, status }) => [id, status]),
    [
      [2, "failed"],
      [3, "aborted"],
    ],
  );
  assert.match(endings[0]?.message ?? "", /^action terminated: .* it is not run again$/);
});

const killed: Readonly<Record<string, { readonly status: string; readonly commits: number }>> = {
  "task-begun": { status: "failed", commits: 0 },
  "task-ended": { status: "completed", commits: 1 },
  "task-noted": { status: "completed", commits: 1 },
  "task-committed": { status: "completed", commits: 1 },
};

for (const [point, { status, commits }] of Object.entries(killed)) {
  test(`an agent that is killed at ${point} is followed by one that ends the task as ${status}, and once`, async () => {
    const folder = await makeStage({ "actions/go": "#!/bin/sh\necho x >>ran\nstate-set a=1\n" });
    await offerTask(folder, { id: 2, name: "go", parameters: {} });
    await mkdir(join(folder, "wrench"));
    await writeFile(join(folder, "wrench", point), "");
    assert.equal(await runChild(folder), "SIGKILL");
    assert.equal(await runChild(folder), 0);
    await using stage = await Stage.open(folder);
    const endings = await readEndings(folder);
    assert.deepEqual(
      endings.map((each) => each.status),
      [status],
    );
    assert.equal((await stage.commits()).length, commits);
    assert.equal(stage.state.sequence, commits, "the next commit would pass for this one");
    assert.equal(await readTextIfAny(join(stage.paths.charm, "ran")), commits ? "x\n" : undefined);
    assert.deepEqual([stage.state.task, await stage.runs()], [null, []]);
  });
}

test("an action that was cut off with its agent is ended, has failed, and does not run again", async () => {
  const script = "#!/bin/sh\necho x >>ran; echo $$ >child; exec sleep 60\n";
  const folder = await makeStage({ "actions/go": script });
  await offerTask(folder, { id: 2, name: "go", parameters: {} });
  const agent = fork(import.meta.filename, ["agent", folder], { execArgv: [] });
  const ended = once(agent, "exit");
  await using stage = await Stage.open(folder);
  const child = Number(await untilThere(join(stage.paths.charm, "child")));
  agent.kill("SIGKILL");
  await ended;
  assert.equal(await runChild(folder), 0);
  const [ending, ...others] = await readEndings(folder);
  assert.deepEqual([ending?.status, others], ["failed", []]);
  assert.match(ending?.message ?? "", /^action terminated: the agent ended /);
  assert.deepEqual([await stage.read("ran"), await isAlive(child)], ["x\n", false]);
});

/** Returns the exit status, or the signal that has ended it. */
async function runChild(folder: string): Promise<number | string> {
  const child = fork(import.meta.filename, ["agent", folder], { execArgv: [] });
  const [code, signal] = (await once(child, "exit")) as [number, string | null];
  return signal ?? code;
}

async function untilThere(path: string): Promise<string> {
  for (let count = 0; count < pausesMax; count++) {
    const text = await readTextIfAny(path).catch(() => undefined);
    if (text?.endsWith("\n")) return text;
    await wait(20);
  }
  throw new Error(`${path} does not come`);
}
