/** The link to a real controller, and what becomes of it when that goes, moves or says no. */
import assert from "node:assert/strict";
import { mkdir, mkdtempDisposable, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { type Clock, systemClock } from "#base/clock.ts";
import { readTextIfAny } from "#base/files.ts";
import { logTo } from "#base/log.ts";
import { MachineAgent as MachineFacade } from "#contract/machine-agent.ts";
import { shop, startTestController } from "#controller/testing.ts";
import { migrations } from "#domain/schema.ts";
import { parseAgentConf } from "#release/agent-conf.ts";
import { agentPaths, layoutOf } from "#release/layout.ts";
import { openSqlite } from "#store/sqlite.ts";
import { Store } from "#store/store.ts";
import { filesOnly } from "../log/machine-logs.ts";
import { Link } from "./link.ts";
import { MachineAgent } from "./machine-agent.ts";
import { Way } from "./testing.ts";

const tag = "machine-1";
const version = "3.6.100";
const report = { version, hostname: "host" };
const firstDelayMs = 200;
const delayMaxMs = 30_000;
const jitter = 0.8;

const scratch = await mkdtempDisposable(join(tmpdir(), "jumar-link-"));
const database = join(scratch.path, "jumar.db");
const controller = await startTestController(() => Store.open(openSqlite(database), migrations));
const password = await controller.agentPassword(shop, "1");
after(async () => {
  await controller[Symbol.asyncDispose]();
  await scratch.remove();
});

interface Manner {
  readonly password?: string;
  /** Ends the link after so many pauses. */
  readonly pauses?: number;
  /** Told of each line of the log. */
  readonly hear?: (line: string) => void;
}

/** A link whose pauses take no time, and are written down. */
function linkTo(addresses: readonly string[], manner: Manner = {}) {
  const stop = new AbortController();
  const lines: string[] = [];
  const delays: number[] = [];
  let now = systemClock.now();
  const clock: Clock = {
    now: () => now,
    async sleep(duration) {
      delays.push(duration.total("milliseconds"));
      if (delays.length === manner.pauses) stop.abort();
      now = now.add(duration);
      await wait(1);
    },
  };
  const log = logTo(
    (line) => {
      lines.push(line.slice("2026-01-01 00:00:00 ".length, -1));
      manner.hear?.(line);
    },
    clock,
    "link",
  );
  const endpoint = { addresses, caCertificate: controller.caCertificate, model: shop };
  const logIn = { tag, password: manner.password ?? password, version };
  const link = new Link(endpoint, logIn, { clock, log });
  return {
    ...{ link, lines, delays, signal: stop.signal, keeping: link.keep(stop.signal) },
    pass: (seconds: number) => {
      now = now.add({ seconds });
    },
    end: () => stop.abort(),
  };
}

function assertGrowing(delays: readonly number[]): void {
  for (const [index, delay] of delays.entries()) {
    const full = Math.min(firstDelayMs * 2 ** index, delayMaxMs);
    assert.ok(delay <= full && delay >= full * (1 - jitter) - 1, `pause ${index}: ${delay}`);
  }
}

async function deadAddress(): Promise<string> {
  const way = await Way.open(controller.address);
  const { address } = way;
  await way[Symbol.asyncDispose]();
  return address;
}

test("what an agent tells is heard, over another connection if one is lost", async () => {
  await using way = await Way.open(controller.address);
  const { link, signal, end, keeping } = linkTo([way.address]);
  const facade = link.facade(MachineFacade, signal);
  await facade.Report(report);
  for (let round = 0; round < 3; round++) {
    way.cut();
    await link.persist(() => facade.Report(report), signal);
  }
  end();
  await keeping;
});

test("a controller that is away is asked again later each time, but at least every half minute", async () => {
  const { delays, lines, keeping } = linkTo([await deadAddress()], { pauses: 15 });
  await keeping;

  assertGrowing(delays);
  assert.equal(delays.length, 15);
  const said = lines.map((line) => line.replace(/:.*/, ""));
  const problem = "WARNING link cannot reach the controller";
  assert.deepEqual(said, [`${problem} (try 1)`, `${problem} (try 10)`]);
});

test("an agent whose password is refused says so, and goes on asking with pauses", async () => {
  const { link, delays, lines, keeping, signal } = linkTo([controller.address], {
    ...{ password: "wrong", pauses: 4 },
  });
  const call = link.facade(MachineFacade, signal).Report(report);
  await assert.rejects(call, { code: "stopped" });
  await keeping;

  assertGrowing(delays);
  assert.equal(
    lines[0],
    "WARNING link cannot reach the controller (try 1): invalid entity name or password",
  );
});

test("whoever answers and hangs up is not asked again at once", async () => {
  await using way = await Way.open(controller.address);
  const { delays, keeping } = linkTo([way.address], {
    pauses: 6,
    hear: (line) => line.includes("connected to") && way.cut(),
  });
  await keeping;

  assertGrowing(delays);
  assert.equal(delays.length, 6);
});

test("after a connection that was of use, the controller is asked again soon", async () => {
  await using way = await Way.open(controller.address);
  const { delays, keeping, ...made } = linkTo([way.address], {
    pauses: 5,
    hear(line) {
      if (!line.includes("connected to")) return;
      made.pass(11);
      way.cut();
    },
  });
  await keeping;

  assert.ok(delays.every((delay) => delay <= firstDelayMs));
});

test("where one address does not answer the next one is tried", async () => {
  const { link, signal, end, keeping } = linkTo([await deadAddress(), controller.address]);
  const { address } = await link.connected(signal);
  end();
  await keeping;

  assert.equal(address, controller.address);
});

test("a controller that has moved is looked for in its new place, and at last in the old one", async () => {
  await using old = await Way.open(controller.address);
  await using place = await Way.open(controller.address);
  const { link, signal, end, keeping } = linkTo([await deadAddress(), old.address]);
  await link.connected(signal);
  link.learn([place.address]);
  assert.deepEqual(link.addresses, [place.address, old.address]);
  old.cut();
  await link.persist(() => link.facade(MachineFacade, signal).Report(report), signal);

  assert.equal((await link.connected(signal)).address, place.address);
  end();
  await keeping;
});

test("an agent writes down where its controller says that it is", async () => {
  await using way = await Way.open(controller.address);
  const { link, signal, end, keeping } = linkTo([way.address]);
  const layout = layoutOf(join(scratch.path, "machine"));
  const paths = agentPaths(layout, tag);
  await mkdir(dirname(paths.conf), { recursive: true });
  const conf = {
    ...{ tag, password, controller: "c", model: shop, addresses: [], binaries: "", host: "" },
    ...{ apiAddresses: [way.address], caCertificate: controller.caCertificate },
  };
  const program = { executable: "", launcher: join(scratch.path, "none"), hookTool: "" };
  const agent = new MachineAgent({
    ...{ conf, layout, link, version, program, systemPath: "", clock: systemClock, boot: "first" },
    log: logTo(() => {}, systemClock, "machine"),
    logs: filesOnly,
    wrench: { at: () => {} },
  });
  const running = agent.run(signal).catch(() => {});
  while ((await readTextIfAny(paths.conf)) === undefined) await wait(10);
  end();
  await Promise.all([running, keeping]);

  const apiAddresses = [controller.address, way.address];
  assert.deepEqual(parseAgentConf(await readFile(paths.conf, "utf8")), { ...conf, apiAddresses });
});
