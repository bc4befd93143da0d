/** A machine's agent, and a real controller that tells it what to be. */
import assert from "node:assert/strict";
import {
  mkdir,
  mkdtemp,
  mkdtempDisposable,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { systemClock } from "#base/clock.ts";
import { exists, makeFolder } from "#base/files.ts";
import { Journal } from "#base/journal.ts";
import { logTo } from "#base/log.ts";
import { shop, startTestController } from "#controller/testing.ts";
import * as agentBinary from "#domain/agent-binary/agent-binary.ts";
import { getDesired } from "#domain/desired/desired.ts";
import * as machine from "#domain/machine/machine.ts";
import { migrations } from "#domain/schema.ts";
import { controllerScope } from "#domain/scope.ts";
import * as status from "#domain/status/status.ts";
import { agentPaths, type Layout, layoutOf } from "#release/layout.ts";
import { openSqlite } from "#store/sqlite.ts";
import { Store } from "#store/store.ts";
import { filesOnly } from "../log/machine-logs.ts";
import { unitPaths } from "../unit/paths.ts";
import type { UnitState } from "../unit/state.ts";
import { settledUnit } from "../unit/testing.ts";
import { Link } from "./link.ts";
import { MachineAgent } from "./machine-agent.ts";

const id = "1";
const tag = `machine-${id}`;
const hookTool = join(import.meta.dirname, "..", "hook-tool.pl");
const waitMs = 20;
/** Long enough for an agent to say what it is about to say. */
const whileMs = 300;

const scratch = await mkdtempDisposable(join(tmpdir(), "jumar-machine-"));
const controller = await startTestController(() => Store.open(openSqlite(":memory:"), migrations));
const password = await controller.agentPassword(shop, id);
after(async () => {
  await controller[Symbol.asyncDispose]();
  await scratch.remove();
});

/** The agent of machine 1 that runs the version in a folder of its own. */
async function startAgent(
  version: string,
  prepare: (paths: Paths, layout: Layout) => Promise<void>,
) {
  const stop = new AbortController();
  const layout = layoutOf(await mkdtemp(join(scratch.path, "machine-")));
  const paths = agentPaths(layout, tag);
  await mkdir(paths.home, { recursive: true });
  await prepare(paths, layout);
  const clock = systemClock;
  const log = logTo(() => {}, clock, "machine");
  const { address, caCertificate } = controller;
  const endpoint = { addresses: [address], caCertificate, model: shop };
  const link = new Link(endpoint, { tag, password, version }, { clock, log });
  const conf = {
    ...{ tag, password, controller: "c", model: shop, addresses: [], binaries: "", host: "" },
    ...{ apiAddresses: [address], caCertificate },
  };
  const program = { executable: "", launcher: join(scratch.path, "none"), hookTool };
  const wrench = { at: () => {} };
  const agent = new MachineAgent({
    ...{ conf, layout, link, version, program, systemPath: "/usr/bin:/bin", clock, log, wrench },
    boot: "first",
    logs: filesOnly,
  });
  const running = agent.run(stop.signal).catch(() => "failed" as const);
  const keeping = link.keep(stop.signal);
  return {
    ...{ paths, layout, running },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await Promise.all([running, keeping]);
    },
  };
}

type Paths = ReturnType<typeof agentPaths>;

async function versionOfMachine(): Promise<string | null> {
  return (await controller.store.read(shop, (tx) => machine.get(tx, id))).version;
}

test("a version counts as soon as the launcher cannot take it back any more", async () => {
  const before = await versionOfMachine();
  await using agent = await startAgent("3.6.101", ({ probation }) => writeFile(probation, "60\n"));
  while (!(await exists(agent.paths.healthy))) await wait(waitMs);
  await wait(whileMs);
  assert.equal(await versionOfMachine(), before);

  await rm(agent.paths.probation);
  while ((await versionOfMachine()) === before) await wait(waitMs);
  assert.equal(await versionOfMachine(), "3.6.101");
});

test("an upgrade that is called off while a hook runs does not come when the hook has ended", async () => {
  await using agent = await startAgent("3.6.100", async (paths, layout) => {
    await makeFolder(join(layout.tools, "3.6.99-ubuntu-amd64"));
    const program = join(layout.tools, "3.6.99-ubuntu-amd64", "jumard");
    await writeFile(program, "#!/bin/sh\n", { mode: 0o755 });
    await symlink("3.6.100-ubuntu-amd64", paths.current);
    await prepareUnit(unitPaths(layout, "unit-mysql-1"), waiting);
  });
  const { charm } = unitPaths(agent.layout, "unit-mysql-1");
  while (!(await exists(join(charm, "waiting")))) await wait(waitMs);
  await desire("3.6.99");
  await wait(whileMs);
  await desire("3.6.100");
  await wait(whileMs);
  const runs = await readFile(join(charm, "runs"), "utf8");
  await writeFile(join(charm, "go-on"), "");

  let ending: string | undefined;
  void agent.running.then((known) => {
    ending = known;
  });
  while (!ending && (await readFile(join(charm, "runs"), "utf8")) === runs) await wait(waitMs);
  assert.equal(ending, undefined);
  assert.equal(await readlink(agent.paths.current), "3.6.100-ubuntu-amd64");
});

test("a unit that its disk keeps from everything says so, until it does not any more", async () => {
  await using agent = await startAgent("3.6.100", async (_, layout) => {
    const paths = unitPaths(layout, "unit-mysql-1");
    await prepareUnit(paths, "#!/bin/sh\n");
    await rename(paths.journal, `${paths.journal}.kept`);
    await makeFolder(paths.journal);
  });
  const { journal } = unitPaths(agent.layout, "unit-mysql-1");
  const says = async () => {
    const entity = status.entities.unitAgent("mysql/1");
    return await controller.store.read(shop, (tx) => status.find(tx, entity));
  };
  while ((await says())?.status !== "failed") await wait(waitMs);
  assert.match((await says())?.message ?? "", /^EISDIR: /);
  await rm(journal, { recursive: true });
  await rename(`${journal}.kept`, journal);
  while ((await says())?.status !== "idle") await wait(waitMs);
});

/** A script that waits for a file. */
const waiting =
  "#!/bin/sh\necho >>runs\ntouch waiting\nwhile [ ! -e go-on ]; do sleep 0.02; done\n";

/** A unit whose charm is there, and runs the script in its first hook. */
async function prepareUnit(paths: ReturnType<typeof unitPaths>, script: string): Promise<void> {
  const { units } = await controller.store.read(shop, (tx) => getDesired(tx, id));
  const [desired] = units;
  assert.ok(desired);
  const modifiedVersion = desired.unit.desiredModifiedVersion;
  const { url } = desired.charm;
  await makeFolder(paths.charm);
  await writeFile(join(paths.charm, ".juju-charm"), url);
  await writeFile(join(paths.charm, "dispatch"), script, { mode: 0o755 });
  const { journal } = await Journal.open<UnitState>(paths.journal);
  await using opened = journal;
  const queue = [{ kind: "config-changed" as const }, { kind: "update-status" as const }];
  await opened.write(settledUnit({ charm: { url, modifiedVersion }, queue }), { durable: true });
}

async function desire(version: string): Promise<void> {
  const binary = { version, os: "ubuntu", arch: "amd64", sha256: "0".repeat(64), size: 1 };
  const known = await controller.store.read(controllerScope, (tx) =>
    agentBinary.find(tx, `${version}-ubuntu-amd64`),
  );
  if (!known) await controller.store.write(controllerScope, (tx) => agentBinary.add(tx, binary));
  await controller.store.write(shop, (tx) => machine.desire(tx, id, { version, rollout: 1 }));
}
