/** The launcher, with agents that do what a test wants of them. */
import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { exists, readTextIfAny, replaceLink } from "#base/files.ts";

const run = promisify(execFile);
const launcherPath = join(import.meta.dirname, "launcher.sh");
const tag = "machine-0";
/** An agent that stays, and keeps the words that it was started with. */
const lives = "while :; do sleep 0.1; done";
const healthy = `touch "$3/agents/$5/healthy"; ${lives}`;
/** Every line where there is time, and otherwise every third. */
const stride = process.env.CI ? 1 : 3;
const atOnce = 8;
/** So many ends are as good as none, so that one more is too many. */
const almostTooMany = "x\nx\nx\nx\n";
const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

/** A machine's data directory, where version `old` is what ran before. */
class Machine implements AsyncDisposable {
  readonly folder: string;
  readonly #parent: string;
  /** In front of the launcher's command, for another user. */
  readonly as: readonly string[];

  private constructor(parent: string, name: string, as: readonly string[]) {
    this.#parent = parent;
    this.folder = join(parent, name);
    this.as = as;
  }

  static async make(
    scripts: Readonly<Record<string, string>>,
    { name = "machine", as = [] }: { readonly name?: string; readonly as?: readonly string[] } = {},
  ): Promise<Machine> {
    const machine = new Machine(await mkdtemp(join(tmpdir(), "jumar-launcher-")), name, as);
    await chmod(join(machine.folder, ".."), 0o755);
    for (const path of ["log", "tools", `agents/${tag}`]) {
      await mkdir(join(machine.folder, path), { recursive: true });
    }
    for (const [version, script] of Object.entries(scripts)) {
      const folder = join(machine.folder, "tools", version);
      await mkdir(folder);
      const text = `#!/bin/bash\necho ${version} >>"$3/started"\n${script}\n`;
      await writeFile(join(folder, "jumard"), text, { mode: 0o755 });
    }
    await symlink("old", join(machine.folder, "tools", tag));
    await symlink("old", join(machine.folder, "tools", `previous-${tag}`));
    if (as.length > 0) await run("chown", ["-R", "65534:65534", machine.folder]);
    return machine;
  }

  /** As an agent gives way to the version `new`. */
  async putOnProbation(seconds: string): Promise<void> {
    await writeFile(this.home("probation"), seconds);
    await replaceLink(join(this.folder, "tools", tag), "new");
  }

  home(name: string): string {
    return join(this.folder, "agents", tag, name);
  }

  launch(launcher = launcherPath): ChildProcess {
    const [program = "", ...args] = [...this.as, "/bin/sh", launcher, this.folder, tag];
    return spawn(program, args, { stdio: "ignore", detached: true });
  }

  async current(): Promise<string> {
    return await readlink(join(this.folder, "tools", tag));
  }

  /** The versions that were started, one after the other. */
  async started(): Promise<readonly string[]> {
    const text = (await readTextIfAny(join(this.folder, "started"))) ?? "";
    return text.split("\n").filter((line) => line !== "");
  }

  async reverted(): Promise<string | undefined> {
    return (await readTextIfAny(this.home("reverted")))?.trim();
  }

  /** The numbers of the agents and the launchers, without what they have forked for a moment. */
  async processes(): Promise<{ agents: number[]; launchers: number[] }> {
    const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
    const found = { agents: new Map<number, number>(), launchers: new Map<number, number>() };
    for (const pid of pids) {
      const read = (name: string) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "");
      const words = (await read("cmdline")).split("\0");
      if (!words.includes(this.folder)) continue;
      const parent = Number(/^PPid:\s+(\d+)$/m.exec(await read("status"))?.[1]);
      if (words.includes("--tag")) found.agents.set(pid, parent);
      else if (words.includes(tag)) found.launchers.set(pid, parent);
    }
    const own = (all: Map<number, number>) =>
      [...all].filter(([, parent]) => !all.has(parent)).map(([pid]) => pid);
    return { agents: own(found.agents), launchers: own(found.launchers) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (let left = 1; left > 0; ) {
      const { agents, launchers } = await this.processes();
      for (const pid of [...launchers, ...agents]) killIfAny(pid);
      left = agents.length + launchers.length;
    }
    await rm(this.#parent, { recursive: true, force: true });
  }
}

function killIfAny(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {}
}

/** What is waited for comes in far less than this, or never. */
const looksMax = 500;

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < looksMax; look++) {
    if (await isSo()) return;
    await wait(20);
  }
  throw new Error(`it never came that ${isSo}`);
}

test("an agent that ends is started again, until it says that it has finished", async () => {
  await using machine = await Machine.make({
    old: `[ $(wc -l <"$3/started") -ge 3 ] && exit 64; exit 1`,
  });
  const [code] = await once(machine.launch(), "exit");

  assert.equal(code, 0);
  assert.deepEqual(await machine.started(), ["old", "old", "old"]);
});

test("a launcher that is told to stop ends its agent, and a pause at once", async () => {
  await using machine = await Machine.make({ old: `trap 'touch "$3/ended"; exit' TERM; ${lives}` });
  const launcher = machine.launch();
  await until(async () => (await machine.started()).length === 1);
  await wait(100);
  launcher.kill("SIGTERM");
  assert.deepEqual(await once(launcher, "exit"), [0, null]);
  assert.equal(await exists(join(machine.folder, "ended")), true);

  await using failing = await Machine.make({ old: "exit 1" });
  const paused = failing.launch();
  await until(async () => (await failing.started()).length === 3);
  await wait(100);
  paused.kill("SIGTERM");
  assert.deepEqual(await once(paused, "exit"), [0, null]);
  assert.deepEqual(await failing.started(), ["old", "old", "old"]);
});

for (const as of process.getuid?.() === 0 ? [[], nobody] : [[]]) {
  const whose = as.length > 0 ? "another user's" : "one's own";
  test(`a version that works ends its probation and stays, on ${whose} machine`, async () => {
    await using machine = await Machine.make({ old: lives, new: `${healthy}` }, { as });
    await machine.putOnProbation("30");
    machine.launch();
    await until(async () => !(await exists(machine.home("probation"))));

    assert.deepEqual(await machine.started(), ["new"]);
    assert.equal(await machine.current(), "new");
    assert.equal(await machine.reverted(), undefined);
  });

  test(`a version that hangs is ended and taken back, on ${whose} machine`, async () => {
    const hangs = `trap '' TERM INT HUP; ${lives}`;
    await using machine = await Machine.make({ old: lives, new: hangs }, { as });
    await machine.putOnProbation("1");
    machine.launch();
    await until(async () => (await machine.started()).length === 2);

    assert.deepEqual(await machine.started(), ["new", "old"]);
    assert.equal(await machine.current(), "old");
    assert.equal(await machine.reverted(), "it did not report that it works within 1 seconds");
    assert.equal(await exists(machine.home("probation")), false);
    assert.equal((await machine.processes()).agents.length, 1);
  });

  test(`a version that ends too often is taken back, on ${whose} machine`, async () => {
    await using machine = await Machine.make({ old: lives, new: "exit 3" }, { as });
    await machine.putOnProbation("30");
    await writeFile(machine.home("probation.exits"), almostTooMany, { mode: 0o666 });
    await chmod(machine.home("probation.exits"), 0o666);
    machine.launch();
    await until(async () => (await machine.started()).length === 2);

    assert.deepEqual(await machine.started(), ["new", "old"]);
    assert.equal(await machine.reverted(), "it ended 5 times, last with status 3");
    assert.deepEqual((await readdir(machine.home(""))).toSorted(), [
      "launcher.lock",
      "pid",
      "reverted",
    ]);
  });
}

test("a version that cannot be started at all is taken back", async () => {
  await using machine = await Machine.make({ old: lives });
  await machine.putOnProbation("30");
  await writeFile(machine.home("probation.exits"), almostTooMany);
  machine.launch();
  await until(async () => (await machine.started()).length === 1);

  assert.equal(await machine.current(), "old");
  assert.equal(await machine.reverted(), "it ended 5 times, last with status 127");
});

test("a damaged probation is one of the usual length", async () => {
  const damaged = ["", "\n", "2m", "08", "-1", "1 2", "x".repeat(100)];
  const outlives = async (text: string) => {
    await using machine = await Machine.make({ old: lives, new: `sleep 0.5; ${healthy}` });
    await machine.putOnProbation(text);
    machine.launch();
    await until(async () => !(await exists(machine.home("probation"))));
    const started = await machine.started();
    const { launchers } = await machine.processes();
    assert.deepEqual(
      [started, await machine.current(), launchers.length],
      [["new"], "new", 1],
      text,
    );
  };
  await Promise.all(damaged.map(outlives));
});

test("a probation for which nothing was switched ends, whatever the agent says", async () => {
  await using machine = await Machine.make({ old: lives });
  await writeFile(machine.home("probation"), "1");
  machine.launch();
  await until(async () => !(await exists(machine.home("probation"))));
  await wait(1500);

  assert.deepEqual(await machine.started(), ["old"]);
  assert.equal(await machine.reverted(), undefined);
});

test("where there is nothing to go back to, the version there is goes on", async () => {
  await using machine = await Machine.make({ new: lives });
  await machine.putOnProbation("1");
  machine.launch();
  await until(async () => (await machine.started()).length === 2);

  assert.equal(await machine.current(), "new");
  assert.equal(await machine.reverted(), undefined);
});

test("what another launcher has left of its way back does not mislead", async () => {
  await using machine = await Machine.make({ old: lives, new: "exit 3", older: lives });
  await machine.putOnProbation("30");
  await writeFile(machine.home("probation.exits"), almostTooMany);
  await symlink("older", join(machine.folder, "tools", `going-back-${tag}`));
  machine.launch();
  await until(async () => (await machine.started()).length === 2);

  assert.deepEqual(await machine.started(), ["new", "old"]);
  assert.deepEqual(await readdir(join(machine.folder, "tools", "older")), ["jumard"]);
});

test("a launcher whose machine is gone ends, and makes nothing anew", async () => {
  await using machine = await Machine.make({ old: lives });
  const launcher = machine.launch();
  await until(async () => (await machine.started()).length === 1);
  await rm(machine.folder, { recursive: true });
  const { agents } = await machine.processes();
  for (const pid of agents) killIfAny(pid);
  await until(async () => launcher.exitCode !== null);

  assert.equal(await exists(machine.folder), false);
});

test("of launchers that are started at once only one works", async () => {
  await using machine = await Machine.make({ old: lives });
  const launchers = Array.from({ length: 6 }, () => machine.launch());
  const codes = launchers.map(async (launcher) => (await once(launcher, "exit"))[0] as number);
  await until(async () => (await machine.processes()).launchers.length === 1);
  await until(async () => (await machine.started()).length > 0);

  assert.deepEqual(await machine.started(), ["old"]);
  const { launchers: left } = await machine.processes();
  const over = codes.filter((_, index) => !left.includes(launchers[index]?.pid ?? 0));
  assert.deepEqual(await Promise.all(over), [0, 0, 0, 0, 0]);
});

test("a launcher that was killed in a pause keeps no other from taking its place", async () => {
  await using machine = await Machine.make({
    old: `[ $(wc -l <"$3/started") -le 3 ] && exit 1; ${lives}`,
  });
  const first = machine.launch();
  await until(async () => (await machine.started()).length === 3);
  await wait(200);
  first.kill("SIGKILL");
  await once(first, "exit");
  const second = machine.launch();
  await until(async () => (await machine.started()).length === 4 || second.exitCode !== null);

  assert.equal(second.exitCode, null);
});

test("only its own agent is a launcher's orphan, whatever number is written down", async () => {
  await using machine = await Machine.make({ old: lives });
  await using neighbour = await Machine.make({ old: lives }, { name: "machine0" });
  neighbour.launch();
  await until(async () => (await neighbour.started()).length === 1);
  const stranger = spawn("sleep", ["1000"], { stdio: "ignore" });
  await writeFile(machine.home("pid"), `${stranger.pid}\n`);
  machine.launch();
  await until(async () => (await machine.started()).length === 1);

  assert.equal(stranger.signalCode, null);
  assert.equal((await neighbour.processes()).agents.length, 1);
  assert.deepEqual(await neighbour.started(), ["old"]);
  stranger.kill("SIGKILL");
});

test("whatever line a launcher is killed at, the next one takes the version back and runs one agent", async (t) => {
  const lines = (await readFile(launcherPath, "utf8")).split("\n");
  const scratch = await mkdtemp(join(tmpdir(), "jumar-lines-"));
  const first = lines.indexOf("set -u") + 1;
  const cases = Array.from(lines.keys()).filter((n) => n >= first && (n - first) % stride === 0);
  let killed = 0;
  const next = cases.values();
  const work = async () => {
    for (const line of next) if (await survives(scratch, lines, line)) killed++;
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  await rm(scratch, { recursive: true });

  t.diagnostic(`killed at ${killed} of ${lines.length} lines`);
  assert.ok(killed > 20, `only ${killed} lines were reached`);
});

/** Whether the launcher could be killed before that line. */
async function survives(scratch: string, lines: readonly string[], line: number): Promise<boolean> {
  const path = join(scratch, `launcher-${line}.sh`);
  const mortal = [...lines.slice(0, line), "kill -KILL $$", ...lines.slice(line)].join("\n");
  await writeFile(path, mortal);
  const isScript = await run("/bin/sh", ["-n", path]).then(
    () => true,
    () => false,
  );
  if (!isScript) return false;
  await using machine = await Machine.make({ old: lives, new: "exit 3" });
  await machine.putOnProbation("30");
  await writeFile(machine.home("probation.exits"), almostTooMany);
  const first = machine.launch(path);
  const isOver = async () => first.signalCode !== null || (await machine.started()).includes("old");
  await until(isOver);
  await wait(300);
  if (first.signalCode !== "SIGKILL") return false;
  machine.launch();
  const isSettled = async () => {
    const { agents, launchers } = await machine.processes();
    const isBack =
      (await machine.current()) === "old" && !(await exists(machine.home("probation")));
    return isBack && agents.length === 1 && launchers.length === 1;
  };
  await until(isSettled).catch(() => {});
  await wait(100);
  const about = JSON.stringify([await machine.processes(), await machine.started()]);
  assert.equal(await isSettled(), true, `line ${line + 1}: ${lines[line]} ${about}`);
  assert.equal((await machine.started()).at(-1), "old");
  return true;
}
