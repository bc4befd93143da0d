import assert from "node:assert/strict";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startPostgres } from "../../scripts/postgres.ts";
import { killHard, Scratch } from "../../scripts/scratch.ts";
import { bootstrapped, hooksThatEnded, isSettled, programsOf, writeRecorder } from "./cloud.ts";

const secret = "the-database-s-own-secret";
const lookMs = 20;

test("a controller on PostgreSQL walks the road, survives, and keeps the password to itself", async (t) => {
  await using postgres = await startPostgres();
  if (postgres === undefined) return t.skip("no PostgreSQL server is installed here");
  const url = postgres.url.replace("jumar@", `jumar:${secret}@`);
  using shown = watchCommandLines();
  await using scratch = await bootstrapped({ environment: { JUMAR_DATABASE: url } });
  const said: string[] = [];
  const run = async (command: string) => {
    const { status, stdout, stderr } = await scratch.run(command.split(" "));
    said.push(stdout, stderr);
    assert.equal(status, 0, stderr);
  };
  const settled = (message: string, units: readonly string[]) =>
    scratch.until(`${units} say ${message}`, async () => {
      const status = await scratch.status();
      return units.every((unit) => isSettled(status, unit, message));
    });

  const config = 'options:\n  word: {type: string, default: "one"}\n';
  const charm = (edition: string) =>
    writeRecorder(scratch, {
      ...{ name: "recorder", metadata: "peers: {friends: {interface: friends}}\n" },
      files: { [edition]: "", "config.yaml": config },
      script: `status-set active "${edition} $(config-get word)"`,
    });
  await run(`deploy ${await charm("first")} -n 2`);
  await settled("first one", ["recorder/0", "recorder/1"]);

  await t.test(
    "nothing is lost when it is killed, and what was asked for is done after",
    async () => {
      await run("config recorder word=two");
      for (const { pid } of await controllerOf(scratch)) killHard(pid);
      await settled("first two", ["recorder/0", "recorder/1"]);
      await run(`upgrade-charm recorder --path ${await charm("second")}`);
      for (const { pid } of await controllerOf(scratch)) killHard(pid);
      await settled("second two", ["recorder/0", "recorder/1"]);
      for (const unit of ["recorder/0", "recorder/1"]) {
        const ended = await hooksThatEnded(scratch, unit);
        assert.equal(ended.filter((hook) => hook === "upgrade-charm").length, 1, unit);
      }
    },
  );

  await t.test("only one file, which is its own, has the database's password", async () => {
    const path = join(scratch.cloud, "machines");
    const holders = await filesWith(scratch.folder, secret);
    const { folder } = await controllerMachine(path);
    assert.deepEqual(holders, [join(folder, "controller", "controller.json")]);
    assert.equal((await stat(holders[0] ?? "")).mode & 0o777, 0o600);
    for (const { pid } of await scratch.processes()) {
      const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
      assert.ok(!environment.includes(secret), `process ${pid} was given it`);
    }
  });

  await t.test("another controller is told at once what is wrong with its database", async () => {
    const tryWith = async (database: string) => {
      await using other = await Scratch.open({ environment: { JUMAR_DATABASE: database } });
      const command = `bootstrap local other --data-dir ${other.cloud}`;
      const { status, stderr } = await other.run(command.split(" "));
      said.push(stderr);
      assert.equal(status, 1);
      assert.deepEqual(await readdir(join(other.cloud, "machines")), []);
      return stderr.trimEnd().split("\n").at(-1);
    };
    assert.match(
      (await tryWith(url)) ?? "",
      /^ERROR controller "other" could not start: the database belongs to controller "demo"/,
    );
    const nowhere = url.replace(/@[^/]*/, "@127.0.0.1:1");
    assert.equal(
      await tryWith(nowhere),
      'ERROR controller "other" could not start: the database cannot do it now: connect ECONNREFUSED 127.0.0.1:1',
    );
  });

  await run("remove-application recorder --no-prompt");
  await run("destroy-controller demo --destroy-all-models --no-prompt");
  assert.deepEqual([...shown.lines], [], "a command line had it");
  assert.ok(!said.join("").includes(secret), "it was printed");
  assert.deepEqual(await scratch.processes(), []);
});

/** Collects the command lines that have the secret, of whatever runs on this host. */
function watchCommandLines() {
  const lines = new Set<string>();
  const stop = new AbortController();
  const watch = async () => {
    while (!stop.signal.aborted) {
      const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
      for (const pid of pids) {
        const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
        if (line.includes(secret)) lines.add(line.replaceAll("\0", " "));
      }
      await sleep(lookMs, undefined, { signal: stop.signal }).catch(() => {});
    }
  };
  void watch();
  return { lines, [Symbol.dispose]: () => stop.abort() };
}

async function controllerOf(scratch: Scratch) {
  const { folder } = await controllerMachine(join(scratch.cloud, "machines"));
  return (await programsOf(scratch, folder)).agents;
}

async function controllerMachine(machines: string): Promise<{ readonly folder: string }> {
  for (const name of await readdir(machines)) {
    const folder = join(machines, name);
    if ((await readdir(folder)).includes("controller")) return { folder };
  }
  throw new Error("the controller has no machine");
}

async function filesWith(folder: string, text: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name));
  const found = await Promise.all(
    paths.map(async (path) => ((await readFile(path)).includes(text) ? [path] : [])),
  );
  return found.flat();
}
