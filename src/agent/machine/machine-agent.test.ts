/** A machine's agent, and a real controller that tells it what to be. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, mkdtempDisposable, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { systemClock } from "#base/clock.ts";
import { exists } from "#base/files.ts";
import { logTo } from "#base/log.ts";
import { shop, startTestController } from "#controller/testing.ts";
import * as machine from "#domain/machine/machine.ts";
import { migrations } from "#domain/schema.ts";
import { agentPaths, layoutOf } from "#release/layout.ts";
import { openSqlite } from "#store/sqlite.ts";
import { Store } from "#store/store.ts";
import { Link } from "./link.ts";
import { MachineAgent } from "./machine-agent.ts";

const id = "1";
const tag = `machine-${id}`;
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
async function startAgent(version: string, prepare: (paths: Paths) => Promise<void>) {
  const stop = new AbortController();
  const layout = layoutOf(await mkdtemp(join(scratch.path, "machine-")));
  const paths = agentPaths(layout, tag);
  await mkdir(paths.home, { recursive: true });
  await prepare(paths);
  const clock = systemClock;
  const log = logTo(() => {}, clock, "machine");
  const { address, caCertificate } = controller;
  const endpoint = { addresses: [address], caCertificate, model: shop };
  const link = new Link(endpoint, { tag, password, version }, { clock, log });
  const conf = {
    ...{ tag, password, controller: "c", model: shop, addresses: [], binaries: "" },
    ...{ apiAddresses: [address], caCertificate },
  };
  const program = { executable: "", launcher: join(scratch.path, "none"), hookTool: "" };
  const wrench = { at: () => {} };
  const agent = new MachineAgent({
    ...{ conf, layout, link, version, program, systemPath: "", clock, log, wrench },
  });
  const running = agent.run(stop.signal).catch(() => {});
  const keeping = link.keep(stop.signal);
  return {
    paths,
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
