/** Instances of the local cloud: real processes and folders, with agents that do what a test wants. */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, readdir, readFile, readlink, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { exists, makeFolder, readTextIfAny, removeTree } from "#base/files.ts";
import { standardPath } from "./own-host.ts";
import { binary, controller, lives, never, Site } from "./testing.ts";

const run = promisify(execFile);
const [, , command, childRoot] = process.argv;
if (command === "start") {
  const site = new Site(childRoot ?? "");
  await site.start("0");
  process.stdout.write("started\n");
  await wait(1e9);
}
if (command === "live") {
  const site = new Site(childRoot ?? "");
  const { id } = await site.start("0");
  await site.until(() => exists(join(site.folderOf(id), "daemon")));
  const locked = join(site.folderOf(id), "agents", "locked", "inner");
  await makeFolder(locked);
  await writeFile(join(locked, "file"), "");
  await chmod(locked, 0o500);
  await chmod(join(locked, ".."), 0o500);
  await site.cloud.stop(id, never);
  process.stdout.write(
    JSON.stringify([process.getuid?.(), await readdir(join(site.root, "machines"))]),
  );
  process.exit(0);
}

async function isAlive(pid: number): Promise<boolean> {
  const text = (await readTextIfAny(`/proc/${pid}/stat`).catch(() => undefined)) ?? "";
  return !["", "Z", "X"].includes(text.slice(text.lastIndexOf(")") + 2).slice(0, 1));
}

test("a binary is unpacked once, however many machines start with it at once", async () => {
  await using site = await Site.make(lives);
  const machines = ["0", "1", "2", "3"];
  const instances = await Promise.all(machines.map((machine) => site.start(machine)));

  assert.equal(site.unpacked, 1);
  assert.deepEqual(
    instances.map(({ isRunning }) => isRunning),
    [true, true, true, true],
  );
});

test("a list looks at the host once, however many machines there are", async () => {
  await using site = await Site.make(lives);
  const timeOf = async () => {
    const times: number[] = [];
    for (let round = 0; round < 5; round++) {
      const start = performance.now();
      await site.cloud.list(controller);
      times.push(performance.now() - start);
    }
    return Math.min(...times);
  };
  await site.addRecord("0");
  const one = await timeOf();
  for (let machine = 1; machine < 60; machine++) await site.addRecord(`${machine}`);
  const sixty = await timeOf();
  const { length } = await site.cloud.list(controller);
  await removeTree(join(site.root, "machines"));

  assert.equal(length, 60);
  assert.ok(sixty < one * 12, `${sixty} ms for sixty, ${one} ms for one`);
});

test("an instance has a folder and an address of its own, and runs until it is stopped", async () => {
  await using site = await Site.make();
  const one = await site.start("0");
  const two = await site.start("1");

  assert.deepEqual([one.isRunning, two.isRunning], [true, true]);
  assert.deepEqual(
    (await site.cloud.list(controller)).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    [one, two],
  );
  assert.deepEqual(await site.cloud.list("another controller"), []);
  const addresses = [...one.addresses, ...two.addresses];
  assert.equal(new Set(addresses).size, 2);
  for (const address of addresses)
    assert.match(address, /^127\.(?:6[4-9]|[7-9]\d|1[0-8]\d|19[01])\./);
  const conf = join(site.folderOf(one.id), "agents", "machine-0", "agent.conf");
  assert.equal(await readFile(conf, "utf8"), one.addresses[0]);
  assert.equal((await stat(conf)).mode & 0o777, 0o600);
  const openTo = async (...path: string[]) =>
    (await stat(join(site.folderOf(one.id), ...path))).mode & 0o077;
  assert.equal(await openTo(), 0o011, "others come by, and see nothing");
  const own = [["log"], ["controller"], ["agents", "machine-0"]];
  assert.deepEqual(await Promise.all(own.map((path) => openTo(...path))), [0, 0, 0]);
  assert.equal(await openTo("agents"), 0o055);
  assert.equal((await readdir(site.folderOf(two.id))).includes("controller"), false);

  await site.cloud.stop(one.id, never);
  assert.deepEqual(await site.cloud.list(controller), [two]);
  assert.deepEqual(await readdir(join(site.root, "addresses")), two.addresses);
  await site.cloud.stop(one.id, never);
});

test("the same machine is started once, however often it is asked for", async () => {
  await using site = await Site.make();
  const first = await site.start("0");
  const daemon = await site.daemonOf(first.id);

  assert.deepEqual(await site.start("0"), first);
  await site.cloud.resume(first.id);
  assert.equal(await isAlive(daemon), true);
  const launchers = await launchersOf(site.folderOf(first.id));
  assert.equal(launchers.length, 1);
  await assert.rejects(site.start("0", { controller: "another" }), { code: "already exists" });
});

test("a start that was cut short before the machine was written down uses the address again", async () => {
  await using site = await Site.make();
  await makeFolder(join(site.root, "addresses"));
  await writeFile(join(site.root, "addresses", "127.99.1.2"), "juju-00000000-0");

  assert.deepEqual((await site.start("0")).addresses, ["127.99.1.2"]);
});

test("an agent gets the system's own path, and nothing that the operator has", async () => {
  process.env.OPERATOR_SECRET = "not for machines";
  await using site = await Site.make(
    `tr '\\0' '\\n' </proc/$$/environ >"$3/environment"; ${lives}`,
  );
  const { id } = await site.start("0");
  delete process.env.OPERATOR_SECRET;
  const path = join(site.folderOf(id), "environment");
  await site.until(async () => ((await readTextIfAny(path)) ?? "") !== "");

  const lines = (await readFile(path, "utf8")).trim().split("\n");
  const own = lines.filter((line) => !/^(?:PWD|OLDPWD|SHLVL|_|JUMAR_LAUNCHER)=/.test(line));
  const given = ["LANG=C.UTF-8", `JUMAR_INSTANCE=${site.folderOf(id)}`, `PATH=${standardPath}`];
  assert.deepEqual(new Set(own), new Set(given));
});

test("a binary is kept once, however many machines run it", async () => {
  await using site = await Site.make();
  const machines = [await site.start("0"), await site.start("1"), await site.start("2")];
  const shared = join(site.root, "agent-binaries", binary, "jumard");

  assert.equal(site.unpacked, 1);
  const { ino } = await stat(shared);
  for (const [index, { id }] of machines.entries()) {
    const tools = join(site.folderOf(id), "tools");
    assert.equal((await stat(join(tools, binary, "jumard"))).ino, ino);
    assert.equal(await readlink(join(tools, `machine-${index}`)), binary);
  }
});

test("stopping ends what has left the agent's session, and nothing of other machines", async () => {
  await using site = await Site.make();
  const [one, two] = [await site.start("0"), await site.start("1")];
  const [gone, stays] = [await site.daemonOf(one.id), await site.daemonOf(two.id)];
  const stranger = spawn("sleep", ["1000"], { stdio: "ignore" });
  await writeFile(join(site.folderOf(one.id), "agents", "machine-0", "pid"), `${stranger.pid}\n`);
  await site.cloud.stop(one.id, never);

  assert.equal(await isAlive(gone), false);
  assert.equal(await isAlive(stays), true);
  assert.equal(await isAlive(stranger.pid ?? 0), true);
  assert.equal((await launchersOf(site.folderOf(two.id))).length, 1);
  assert.equal(await exists(site.folderOf(one.id)), false);
  assert.deepEqual(await readdir(join(site.root, "trash")), []);
  stranger.kill("SIGKILL");
});

test("an instance that somebody starts again while it is stopped is gone all the same", async () => {
  await using site = await Site.make();
  const { id } = await site.start("0");
  const gone = new AbortController();
  const restless = async () => {
    while (!gone.signal.aborted) await site.cloud.resume(id).catch(() => {}); // it may have gone
  };
  const stopped = site.cloud.stop(id, never).finally(() => gone.abort());
  await Promise.all([stopped, restless()]);
  await site.until(async () => (await launchersOf(site.folderOf(id))).length === 0);
  assert.equal(await exists(site.folderOf(id)), false);
});

test("an instance whose stop was cut short is not started until it has been stopped", async () => {
  await using site = await Site.make();
  const { id } = await site.start("0");
  await writeFile(join(site.folderOf(id), "stopping"), "");
  await assert.rejects(site.start("0"), { code: "try again" });
  await site.cloud.stop(id, never);
  assert.equal((await site.start("0")).isRunning, true);
});

test("an instance whose launcher was killed has stopped, and goes on where it was", async () => {
  await using site = await Site.make();
  const { id, addresses } = await site.start("0");
  await site.daemonOf(id);
  const folder = site.folderOf(id);
  for (const pid of await launchersOf(folder)) process.kill(pid, "SIGKILL");
  const isRunning = async () => (await site.cloud.list(controller)).map((each) => each.isRunning);
  await site.until(async () => !(await isRunning())[0]);
  await writeFile(join(folder, "kept"), "");
  await site.cloud.resume(id);

  assert.deepEqual(await isRunning(), [true]);
  assert.equal(await exists(join(folder, "kept")), true);
  assert.deepEqual((await site.start("0")).addresses, addresses);
});

test("a charm's own program does not pass for the launcher because of its name", async () => {
  await using site = await Site.make();
  const { id } = await site.start("0");
  await site.daemonOf(id);
  const charm = join(site.folderOf(id), "agents", "unit-mysql-0", "charm");
  await writeFile(join(charm, "launcher.sh"), `#!/bin/sh\n${lives}\n`, { mode: 0o755 });
  const env = { JUJU_CHARM_DIR: charm, PATH: standardPath };
  const own = spawn(join(charm, "launcher.sh"), { env, stdio: "ignore" });
  await once(own, "spawn");
  for (const pid of await launchersOf(site.folderOf(id))) process.kill(pid, "SIGKILL");

  await site.until(async () => (await site.cloud.list(controller))[0]?.isRunning === false);
  assert.equal(own.signalCode, null);
});

test("a machine outlives the program that has started it", async () => {
  await using site = await Site.make();
  const starter = spawn(process.execPath, [import.meta.filename, "start", site.root], {
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  await once(starter.stdout, "data");
  const [{ id = "" } = {}] = await site.cloud.list(controller);
  const daemon = await site.daemonOf(id);
  process.kill(-(starter.pid ?? 0), "SIGKILL");
  await once(starter, "exit");
  await wait(300);

  assert.equal((await site.cloud.list(controller))[0]?.isRunning, true);
  assert.equal(await isAlive(daemon), true);
});

for (const damage of ["", "{", "null", "{}", '{"id":"another"}']) {
  test(`a record that says ${JSON.stringify(damage)} is no other machine's concern, and can be removed`, async () => {
    await using site = await Site.make();
    const [one, two] = [await site.start("0"), await site.start("1")];
    const daemon = await site.daemonOf(one.id);
    const path = join(site.folderOf(one.id), "instance.json");
    await writeFile(path, damage);

    assert.deepEqual(await site.cloud.list(controller), [two]);
    await assert.rejects(site.start("0"), (error: Error) => error.message.includes(path));
    await site.cloud.stop(one.id, never);
    assert.equal(await isAlive(daemon), false);
    assert.deepEqual(await readdir(join(site.root, "addresses")), two.addresses);
    assert.equal((await site.start("0")).isRunning, true);
  });
}

test("a folder that no charm could find its tools in is refused, and nothing is made there", async () => {
  await using site = await Site.make();
  const root = join(site.root, "a:b");
  await assert.rejects(new Site(root).start("0"), {
    code: "not valid",
    message: `cannot keep machines in "${root}": no folder with a colon in its path can be in a PATH`,
  });
  assert.equal(await exists(root), false);
});

test("an ordinary user can start and remove a machine, whatever its charms have forbidden", async () => {
  await using site = await Site.make();
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await run("chown", ["65534:65534", site.root]);
  const as = isRoot ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
  const [program = "", ...args] = [
    ...as,
    process.execPath,
    import.meta.filename,
    "live",
    site.root,
  ];
  const { stdout } = await run(program, args);

  assert.deepEqual(JSON.parse(stdout), [isRoot ? 65_534 : process.getuid?.(), []]);
});

/** The numbers of the launchers that run for the folder. */
async function launchersOf(folder: string): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found: number[] = [];
  for (const pid of pids) {
    const text = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (text.split("\0").includes(join(folder, "launcher.sh"))) found.push(pid);
  }
  return found;
}
