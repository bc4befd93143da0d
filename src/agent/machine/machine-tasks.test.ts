/** The commands of a machine itself, with real processes, and a real controller that asks for them. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, mkdtempDisposable, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { systemClock } from "#base/clock.ts";
import { readTextIfAny } from "#base/files.ts";
import { logTo } from "#base/log.ts";
import type { DesiredState } from "#contract/machine-agent.ts";
import { MachineAgent } from "#contract/machine-agent.ts";
import { shop, startTestController } from "#controller/testing.ts";
import { enqueue, type Wish } from "#domain/action/enqueue.ts";
import * as task from "#domain/action/task.ts";
import * as work from "#domain/action/work.ts";
import { migrations } from "#domain/schema.ts";
import { now, toExec } from "#domain/testing.ts";
import { agentPaths, layoutOf } from "#release/layout.ts";
import { openSqlite } from "#store/sqlite.ts";
import { Store } from "#store/store.ts";
import type { Caller } from "../local-command.ts";
import { filesOnly } from "../log/machine-logs.ts";
import { MachineTurns } from "../turns.ts";
import { isAlive } from "../unit/stage/testing.ts";
import { Link } from "./link.ts";
import { MachineTasks } from "./machine-tasks.ts";

const tag = "machine-1";
const version = "3.6.100";
const receiver = { kind: "machine", name: "1" } as const;
const pausesMax = 500;

const scratch = await mkdtempDisposable(join(tmpdir(), "jumar-machine-tasks-"));
const controller = await startTestController(() => Store.open(openSqlite(":memory:"), migrations));
const password = await controller.agentPassword(shop, "1");
const stop = new AbortController();
const layout = layoutOf(scratch.path);
const runs = join(agentPaths(layout, tag).home, "run");
const log = logTo(() => {}, systemClock, "machine");
const { address, caCertificate } = controller;
const endpoint = { addresses: [address], caCertificate, model: shop };
const link = new Link(endpoint, { tag, password, version }, { clock: systemClock, log });
const keeping = link.keep(stop.signal);
const setting = {
  conf: {
    ...{ tag, password, controller: "c", model: shop, addresses: [], binaries: "", host: "" },
    ...{ apiAddresses: [address], caCertificate },
  },
  program: { executable: "", launcher: "", hookTool: "" },
  ...{ layout, link, version, systemPath: "/usr/bin:/bin", clock: systemClock, log },
  ...{ wrench: { at: () => {} }, boot: "first", logs: filesOnly },
};
after(async () => {
  stop.abort();
  await keeping;
  await controller[Symbol.asyncDispose]();
  await scratch.remove();
});

function look(): Promise<DesiredState> {
  const facade = link.facade(MachineAgent, stop.signal);
  return link.persist(() => facade.Next({ revision: 0 }), stop.signal);
}

/** Returns the task's id. */
async function ask(command: string, change: Partial<Wish> = {}): Promise<number> {
  const wish = { ...toExec("", command), target: receiver, ...change };
  const { results } = await controller.store.write(shop, (tx) => enqueue(tx, [wish], now));
  const [first] = results;
  return first && "id" in first ? first.id : 0;
}

async function get(id: number): Promise<task.Task> {
  return await controller.store.read(shop, (tx) => task.get(tx, id));
}

/** Somebody who waits for the end of commands. */
function listen() {
  const { promise: ended, resolve, reject } = Promise.withResolvers<number>();
  const printed: string[] = [];
  const caller: Caller = {
    isGone: false,
    print: (_output, bytes) => void printed.push(String(bytes)),
    end: resolve,
    refuse: (reason) => reject(new Error(reason)),
  };
  return { caller, printed, ended };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let count = 0; count < pausesMax && !(await isSo()); count++) await wait(20);
}

test("a command runs in the root folder with the system's commands, and is told of when it ends", async () => {
  const tasks = new MachineTasks(setting, new MachineTurns());
  const id = await ask("pwd; echo $JUJU_MACHINE_ID $PATH; echo wrong >&2; exit 4");
  await tasks.keep(await look(), stop.signal);
  await Promise.all(tasks.running);
  const { status, output } = await get(id);
  assert.equal(status, "completed");
  const stdout = "/\n1 /usr/bin:/bin\n";
  assert.deepEqual(output, { "return-code": 4, stdout, stderr: "wrong\n" });
  assert.deepEqual(await readdir(runs), []);
});

test("commands wait for each other, unless they are parallel or in groups of their own", async () => {
  const turns = new MachineTurns();
  const tasks = new MachineTasks(setting, turns);
  const giveBack = await turns.own.take();
  const waiting = await ask("true");
  const others = [
    await ask("true", { parallel: true }),
    await ask("true", { executionGroup: "g" }),
  ];
  await tasks.keep(await look(), stop.signal);
  await until(async () =>
    (await Promise.all(others.map(get))).every((each) => task.isOver(each.status)),
  );
  assert.equal((await get(waiting)).status, "pending");
  giveBack();
  await Promise.all(tasks.running);
  assert.equal((await get(waiting)).status, "completed");
});

test("a command that is cancelled while it runs is killed", async () => {
  const tasks = new MachineTasks(setting, new MachineTurns());
  const pidFile = join(scratch.path, "pid");
  const id = await ask(`echo $$ >${pidFile}; sleep 60; true`);
  await tasks.keep(await look(), stop.signal);
  await until(async () => (await readTextIfAny(pidFile))?.endsWith("\n") === true);
  await controller.store.write(shop, (tx) => work.cancel(tx, { id, by: "jane", now }));
  await tasks.keep(await look(), stop.signal);
  await Promise.all(tasks.running);
  assert.deepEqual(
    [(await get(id)).status, (await get(id)).message],
    ["aborted", "action aborted"],
  );
  assert.equal(await isAlive(Number(await readTextIfAny(pidFile))), false);
});

test("a script of the machine runs commands outside of every unit, in its turn", async () => {
  const turns = new MachineTurns();
  const tasks = new MachineTasks(setting, turns);
  const { caller, printed, ended } = listen();
  const command = { unit: "", relation: "", remoteUnit: "", isForced: false };
  const call = { command: { ...command, commands: "pwd; echo $JUJU_MACHINE_ID; exit 4" }, caller };
  assert.throws(() => tasks.offer(call), { message: /has only just begun: try again$/ });
  await tasks.keep(await look(), stop.signal);
  const giveBack = await turns.own.take();
  tasks.offer(call);
  await wait(50);
  assert.deepEqual(printed, []);
  giveBack();
  await Promise.all(tasks.running);
  assert.deepEqual([printed.join(""), await ended], ["/\n1\n", 4]);
  assert.deepEqual(await readdir(runs), []);
});

test("what an agent before has left running is ended, and has failed", async () => {
  const id = await ask("sleep 60");
  await controller.store.write(shop, (tx) => work.begin(tx, { id, receiver, now }));
  const context = "machine-1-secret";
  const left = spawn("sleep", ["60"], { detached: true, env: { JUJU_CONTEXT_ID: context } });
  const folder = join(runs, `${id}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "context"), context);
  await writeFile(join(folder, "pid"), `${left.pid}\n`);
  const tasks = new MachineTasks(setting, new MachineTurns());
  await tasks.keep(await look(), stop.signal);
  await Promise.all(tasks.running);
  const { status, message } = await get(id);
  assert.equal(status, "failed");
  assert.match(message, /^action terminated: the agent ended /);
  assert.deepEqual([await isAlive(left.pid ?? 0), await readdir(runs)], [false, []]);
});
