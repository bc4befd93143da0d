/** Hooks as processes: how they end, and what becomes of what they print. */
import assert from "node:assert/strict";
import { chmod, copyFile, mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { Hook } from "../hook.ts";
import { isAlive, makeStage, Stage } from "../stage/testing.ts";

const start: Hook = { kind: "start" };
const lineLengthMax = 64 * 1024;

async function stageOf(charm: Readonly<Record<string, string>>): Promise<Stage> {
  return await Stage.open(await makeStage(charm));
}

async function stageWithHook(script: string): Promise<Stage> {
  return await stageOf({ "hooks/start": `#!/bin/sh\n${script}\n` });
}

/** What the hook printed, and how it was taken. */
async function printedBy(script: string) {
  await using stage = await stageWithHook(script);
  const { isStarted } = await stage.run(start);
  return {
    isStarted,
    stdout: stage.logged("DEBUG", "unit.mysql/0.start"),
    stderr: stage.logged("WARNING", "unit.mysql/0.start"),
  };
}

test("what a hook prints is logged line by line, errors as warnings", async () => {
  assert.deepEqual(await printedBy("echo one; echo two; echo wrong >&2; echo; printf three"), {
    isStarted: true,
    stdout: ["one", "two", "three"],
    stderr: ["wrong"],
  });
});

test("a hook opens its outputs by their names, as scripts do", async () => {
  const script = "echo one >/dev/stdout; echo wrong >/dev/stderr; echo two | tee /proc/self/fd/2";
  assert.deepEqual(await printedBy(`set -e; ${script}`), {
    isStarted: true,
    stdout: ["one", "two"],
    stderr: ["wrong", "two"],
  });
});

test("each state of a progress bar is a line of its own", async () => {
  const { stdout } = await printedBy("printf '10%%\\r90%%\\r\\ndone'");

  assert.deepEqual(stdout, ["10%", "90%", "done"]);
});

test("of a line without an end its beginning is logged", async () => {
  const { isStarted, stdout } = await printedBy(
    "head -c 1000000 /dev/zero | tr '\\0' x; printf '\\nshort'",
  );

  assert.equal(isStarted, true);
  assert.deepEqual(stdout, ["x".repeat(lineLengthMax), "short"]);
});

test("bytes that are no text do no harm", async () => {
  const { isStarted, stdout } = await printedBy(
    "printf 'caf\\303\\251 \\377\\376 \\000\\n'; head -c 100000 /dev/urandom; printf '\\nend'",
  );

  assert.equal(isStarted, true);
  assert.equal(stdout[0], "café \ufffd\ufffd \0");
  assert.equal(stdout.at(-1), "end");
});

test("a letter whose bytes come one by one is logged whole", async () => {
  const { stdout } = await printedBy("printf '\\303'; sleep 0.1; printf '\\251\\n'");

  assert.deepEqual(stdout, ["é"]);
});

test("whatever a hook prints until it ends is logged, however much it is", async () => {
  const count = 200_000;
  const { isStarted, stdout } = await printedBy(`seq 1 ${count}`);

  assert.equal(isStarted, true);
  assert.equal(stdout.length, count);
  assert.equal(stdout.at(-1), String(count));
});

test("how a hook failed is logged", async () => {
  const rows = [
    ["exit 3", 3],
    ["exit 255", 255],
    ["kill -KILL $$", 137],
    ["kill -TERM $$", 143],
    ["no-such-command", 127],
  ] as const;
  for (const [script, code] of rows) {
    await using stage = await stageWithHook(script);
    const { step, isStarted } = await stage.run(start);
    assert.deepEqual([step.kind, isStarted], ["failed", false], script);
    assert.deepEqual(stage.logged("ERROR", "uniter"), [
      `hook "start" (via explicit, bespoke hook script) failed: exit status ${code}`,
    ]);
  }
});

test("a hook that cannot be run fails, and the log says why", async () => {
  await using forbidden = await stageOf({ "hooks/start": "" });
  await forbidden.run(start);
  assert.equal(forbidden.state.step.kind, "failed");
  assert.match(forbidden.logged("WARNING", "unit.mysql/0.start").join(), /Permission denied/i);

  await using lost = await stageOf({ "hooks/start": "#! /no/such/interpreter -e\n" });
  await lost.run(start);
  assert.equal(lost.state.step.kind, "failed");
  assert.match(
    lost.logged("ERROR", "uniter").join(),
    /failed: fork\/exec .*hooks\/start: no such file .*"\/no\/such\/interpreter" is not installed$/,
  );

  await using foreign = await stageOf({ "hooks/start": "#!/bin/sh\r\ntrue\r\n" });
  await foreign.run(start);
  assert.equal(foreign.state.step.kind, "failed");
  assert.match(foreign.logged("ERROR", "uniter").join(), /"\/bin\/sh\\r" is not installed$/);

  await using folder = await stageOf({ "hooks/start/file": "" });
  await folder.run(start);
  assert.equal(folder.state.step.kind, "failed");
});

test("a text without an interpreter is no hook, as in Juju, and neither is an empty file", async () => {
  for (const text of ["echo hello >said\n", ""]) {
    await using stage = await stageOf({ "hooks/start": text });
    const path = join(stage.paths.charm, "hooks", "start");
    await chmod(path, 0o755);
    await stage.run(start);
    assert.equal(stage.state.step.kind, "failed");
    const reason = `fork/exec ${path}: exec format error`;
    assert.deepEqual(stage.logged("ERROR", "uniter"), [
      `hook "start" (via explicit, bespoke hook script) failed: ${reason}`,
    ]);
    assert.deepEqual(await readdir(stage.paths.charm), ["hooks"]);
  }
});

test("a program that was compiled is a hook", async () => {
  await using stage = await stageOf({});
  await mkdir(join(stage.paths.charm, "hooks"), { recursive: true });
  await copyFile("/bin/true", join(stage.paths.charm, "hooks", "start"));
  assert.equal((await stage.run(start)).isStarted, true);
});

test("a hook that the charm does not have has succeeded", async () => {
  await using stage = await stageOf({ "hooks/install": "#!/bin/sh\nexit 1\n" });
  const { isStarted } = await stage.run(start);

  assert.equal(isStarted, true);
  assert.deepEqual(stage.logged("DEBUG", "uniter"), ['skipped "start" hook (missing)']);
});

test("a charm that is not there does not pass for one without hooks", async () => {
  await using stage = await stageOf({});
  await rename(stage.paths.charm, `${stage.paths.charm}.away`);

  await stage.run(start);
  assert.equal(stage.state.step.kind, "failed");
  assert.match(
    stage.logged("ERROR", "uniter").join(),
    /^hook "start" failed: the charm's folder .*\/charm is gone: refresh the application with --force-units$/,
  );
  await rename(`${stage.paths.charm}.away`, stage.paths.charm);
  assert.equal((await stage.run(start)).isStarted, true);
});

test("the dispatcher runs for every hook, but only one that can be run", async () => {
  const own = "#!/bin/sh\necho own\n";
  const rows = [
    ["#!/bin/sh\necho dispatched", ["dispatched"]],
    ["not executable", ["own"]],
  ] as const;
  for (const [dispatch, printed] of rows) {
    await using stage = await stageOf({ dispatch, "hooks/start": own });
    await stage.run(start);
    assert.deepEqual(stage.logged("DEBUG", "unit.mysql/0.start"), printed);
  }
  await using folder = await stageOf({ "hooks/start": own });
  await mkdir(join(folder.paths.charm, "dispatch"));
  await folder.run(start);
  assert.deepEqual(folder.logged("DEBUG", "unit.mysql/0.start"), ["own"]);
});

test("no command line shows the secret that lets a hook use its tools", async () => {
  const script = `for pid in $$ $PPID; do tr '\\0' ' ' </proc/$pid/cmdline; echo; done
echo "$JUJU_CONTEXT_ID" >context`;
  await using stage = await stageWithHook(script);
  await stage.run(start);
  const secret = (await stage.read("context")).trim().slice(-32);
  const shown = stage.logged("DEBUG", "unit.mysql/0.start").join("\n");

  assert.match(secret, /^[0-9a-f]{32}$/);
  assert.match(shown, /hooks\/start/);
  assert.doesNotMatch(shown, new RegExp(secret));
});

test("nobody waits for what a hook has left running", async () => {
  const daemon = "while sleep 0.05; do echo still here || exit; done";
  const rows = [
    `(${daemon}) &`,
    `setsid sh -c '${daemon}' &`,
    `nohup sh -c '${daemon}' >out 2>&1 &`,
  ];
  for (const left of rows) {
    await using stage = await stageWithHook(`${left}\necho $! >daemon\necho done`);
    const { isStarted } = await stage.run(start);
    assert.equal(isStarted, true);
    assert.equal(stage.logged("DEBUG", "unit.mysql/0.start").includes("done"), true);
    const heard = stage.lines.length;
    await wait(200);
    assert.equal(stage.lines.length, heard, "what comes later is nobody's hook");
    killIfAny(Number(await stage.read("daemon")));
  }
});

test("a service that a hook has started without its output outlives the hook", async () => {
  const script = "nohup sleep 1000 >/dev/null 2>&1 &\necho $! >daemon";
  await using stage = await stageWithHook(script);
  await stage.run(start);
  const pid = Number(await stage.read("daemon"));

  assert.equal(await isAlive(pid), true);
  process.kill(pid, "SIGKILL");
});

test("a hook that is cut short has not failed, and all of it is ended", async () => {
  const stop = new AbortController();
  const script = "echo begun >>tries\nsleep 1000 &\necho $! >child\n[ -e go-on ] || wait";
  const folder = await makeStage({ "hooks/start": `#!/bin/sh\n${script}\n` });
  const stage = await Stage.open(folder, { signal: stop.signal });
  const running = stage.run(start);
  await untilThere(stage, "child");
  stop.abort();

  await assert.rejects(running, { code: "stopped" });
  assert.equal(await isAlive(Number(await stage.read("child"))), false);
  await stage.close();
  await using next = await Stage.open(folder);
  await writeFile(join(next.paths.charm, "go-on"), "");
  const { isStarted } = await next.resume();
  assert.equal(isStarted, true);
  assert.equal(await next.read("tries"), "begun\nbegun\n");
  process.kill(Number(await next.read("child")), "SIGKILL");
});

async function untilThere(stage: Stage, name: string): Promise<void> {
  while (!(await readdir(stage.paths.charm)).includes(name) || !(await stage.read(name))) {
    await wait(10);
  }
}

function killIfAny(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {}
}
