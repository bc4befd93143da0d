/** What a machine logs, and a real controller that is to have each line of it once. */
import assert from "node:assert/strict";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { type Clock, systemClock } from "#base/clock.ts";
import { logTo } from "#base/log.ts";
import { seededRandom } from "#base/testing.ts";
import { shop, startTestController, type TestController } from "#controller/testing.ts";
import { read } from "#domain/log/read.ts";
import { suiteOnEachStore } from "#domain/testing.ts";
import { Link } from "../machine/link.ts";
import { Way } from "../machine/testing.ts";
import { LogShipper } from "./shipper.ts";
import { type Bounds, LogSpool } from "./spool.ts";

const tag = "machine-0";
let time = systemClock.now().epochMilliseconds;
/** Waits pass at once. */
const clock: Clock = {
  now: systemClock.now,
  sleep: async (_, signal) => void (await wait(1, null, { signal })),
};
const silent = logTo(() => {}, clock, "test");
const noPoint = () => {};

interface Life {
  readonly folder: string;
  readonly address: string;
  /** Throws where the agent is to die. */
  readonly at?: (point: string) => void;
  readonly bounds?: Bounds;
}

/** An agent, as far as it logs; it is gone when this is disposed of, or when it dies. */
async function live(controller: TestController, { folder, address, at = noPoint, bounds }: Life) {
  const stop = new AbortController();
  const spool = LogSpool.open(folder, bounds);
  const { caCertificate } = controller;
  const password = await controller.agentPassword(shop, "0");
  const endpoint = { addresses: [address], caCertificate, model: shop };
  const link = new Link(endpoint, { tag, password, version: "3.6.100" }, { clock, log: silent });
  const keeping = link.keep(stop.signal);
  const shipper = new LogShipper({ spool, tag, link, clock, wrench: { at } });
  const ended = shipper.run(stop.signal).catch(() => {});
  return {
    ...{ shipper, ended },
    say(message: string) {
      time++;
      spool.append({ time, entity: tag, level: "INFO", module: "juju", message });
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await Promise.all([ended, keeping]);
      await spool[Symbol.asyncDispose]();
    },
  };
}

async function messages({ store }: TestController): Promise<string[]> {
  const filter = { level: "TRACE", from: undefined, includeLabels: [] } as const;
  const none = { includeEntity: [], excludeEntity: [], includeModule: [], excludeModule: [] };
  const asked = { model: shop, filter: { ...filter, ...none }, backlog: undefined, follows: false };
  const pages = await Array.fromAsync(read(store, asked, AbortSignal.timeout(30_000)));
  return pages.flat().map(({ message }) => message);
}

/** Resolves to the messages as soon as the last of them is there. */
async function messagesUpTo(controller: TestController, last: string): Promise<string[]> {
  for (;;) {
    const found = await messages(controller);
    if (found.includes(last)) return found;
    await wait(5);
  }
}

interface ShortLife {
  readonly folder: string;
  readonly way: Way;
  readonly lines: readonly string[];
  readonly random: () => number;
}

/** So small that every few lines have one of their own, which goes when they are known. */
const manySegments = { segmentBytesMax: 200, segmentsMax: 1000 };

/** Logs the lines, loses its connection now and then, and dies at one of the points or a little later. */
async function dieSoon(
  controller: TestController,
  { folder, way, lines, random }: ShortLife,
): Promise<void> {
  const deadly = ["log-synced", "log-shipped", "never"][Math.floor(random() * 3)];
  const at = (point: string) => {
    if (point === deadly) throw new Error("killed");
    void wait(random() * 4).then(() => way.cut());
  };
  const life = { folder, address: way.address, bounds: manySegments, at };
  await using agent = await live(controller, life);
  for (const line of lines) {
    agent.say(line);
    await Promise.race([agent.ended, wait(random() * 10)]);
  }
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);

suiteOnEachStore("logs on their way", (open) => {
  test("what is logged while the controller is away arrives when it is back, once and in order", async () => {
    await using scratch = await mkdtempDisposable(join(tmpdir(), "jumar-ship-"));
    await using controller = await startTestController(open);
    await using way = await Way.open(controller.address);
    const life = { folder: join(scratch.path, "spool"), address: way.address };
    {
      await using agent = await live(controller, { ...life, address: "127.0.0.1:1" });
      for (const message of numbers(700)) agent.say(message);
    }
    await using agent = await live(controller, life);
    agent.say("last");
    assert.deepEqual(await messagesUpTo(controller, "last"), [...numbers(700), "last"]);
  });

  test("whatever dies and whenever, each line arrives once and in order", async () => {
    for (const seed of [1, 2, 3]) {
      await using scratch = await mkdtempDisposable(join(tmpdir(), "jumar-ship-"));
      await using controller = await startTestController(open);
      await using way = await Way.open(controller.address);
      const folder = join(scratch.path, "spool");
      const random = seededRandom(seed);
      let said = 0;
      for (let round = 0; round < 12; round++) {
        const lines = Array.from({ length: Math.floor(random() * 9) }, () => `${said++}`);
        await dieSoon(controller, { folder, way, lines, random });
      }
      await using agent = await live(controller, {
        ...{ folder, address: way.address, bounds: manySegments },
      });
      agent.say("last");
      const found = await messagesUpTo(controller, "last");
      assert.deepEqual(found, [...numbers(said), "last"], `seed ${seed}`);
    }
  });

  test("lines that found no place on the disk are counted where they are missing", async () => {
    await using scratch = await mkdtempDisposable(join(tmpdir(), "jumar-ship-"));
    await using controller = await startTestController(open);
    const bounds = { segmentBytesMax: 300, segmentsMax: 2 };
    const life = { folder: join(scratch.path, "spool"), address: controller.address, bounds };
    {
      await using agent = await live(controller, { ...life, address: "127.0.0.1:1" });
      for (const message of numbers(50)) agent.say(message);
    }
    await using agent = await live(controller, life);
    agent.say("last");
    const [first, ...rest] = (await messagesUpTo(controller, "last")).filter(
      (each) => each !== "last",
    );
    const missing = 50 - rest.length;
    assert.match(first ?? "", new RegExp(`^${missing} lines of the log are missing here: `));
    assert.deepEqual(rest, numbers(50).slice(missing));
  });

  test("a machine that goes waits for its last lines, and not for ever", async () => {
    await using scratch = await mkdtempDisposable(join(tmpdir(), "jumar-ship-"));
    await using controller = await startTestController(open);
    const life = { folder: join(scratch.path, "spool"), address: controller.address };
    {
      await using agent = await live(controller, { ...life, address: "127.0.0.1:1" });
      agent.say("in vain");
      await agent.shipper.shipped(AbortSignal.timeout(30_000));
    }
    await using agent = await live(controller, life);
    const never = new AbortController();
    await messagesUpTo(controller, "in vain");
    agent.say("last");
    await agent.shipper.shipped(never.signal);
  });
});
