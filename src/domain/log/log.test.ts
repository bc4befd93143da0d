import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogLevel } from "#base/log.ts";
import type { Store } from "#store/store.ts";
import { newModel, now, suiteOnEachStore } from "../testing.ts";
import type { Filter } from "./filter.ts";
import * as log from "./log.ts";
import { read } from "./read.ts";

const scope = log.logScope("prod");
/** When the log begins. */
const start = now.epochMilliseconds;
const everything: Filter = {
  ...{ level: "TRACE", from: undefined, includeEntity: [], excludeEntity: [] },
  ...{ includeModule: [], excludeModule: [], includeLabels: [] },
};

interface Given extends Partial<Omit<log.NumberedLine, "level">> {
  readonly level?: LogLevel;
}

function line(sequence: number, given: Given = {}): log.NumberedLine {
  const usual = { entity: "unit-mysql-0", level: "INFO", module: "unit.mysql/0.install" } as const;
  return {
    ...usual,
    sequence,
    time: start + sequence,
    location: "",
    message: `${sequence}`,
    ...given,
  };
}

/** Sends lines of machine 0's spool; returns up to which it is known then. */
function send(store: Store, lines: readonly log.NumberedLine[], spool = "s"): Promise<number> {
  return store.write(scope, (tx) => log.add(tx, { machine: "0", spool, lines, now }));
}

async function messages(
  store: Store,
  { backlog, ...filter }: Partial<Filter> & { readonly backlog?: number } = {},
): Promise<string[]> {
  const asked = { model: "prod", filter: { ...everything, ...filter }, backlog, follows: false };
  const pages = await Array.fromAsync(read(store, asked, AbortSignal.timeout(30_000)));
  return pages.flat().map(({ message }) => message);
}

suiteOnEachStore("logs", (open) => {
  test("a line counts once, however often it is sent and whatever comes with it", async () => {
    await using store = await open();
    assert.equal(await send(store, [line(1), line(2)]), 2);
    assert.equal(await send(store, [line(1), line(2)]), 2);
    assert.equal(await send(store, [line(2), line(3), line(5)]), 5);
    assert.equal(await send(store, [line(4)]), 5);
    assert.equal(await send(store, []), 5);

    assert.deepEqual(await messages(store), ["1", "2", "3", "5"]);
    const known = await store.read(scope, (tx) => log.known(tx, { machine: "0", spool: "s" }));
    assert.equal(known, 5);
  });

  test("a transaction that fails adds no line and knows of none", async () => {
    await using store = await open();
    const failing = store.write(scope, async (tx) => {
      await log.add(tx, { machine: "0", spool: "s", lines: [line(1)], now });
      throw new Error("no");
    });
    await assert.rejects(failing, { message: "no" });
    assert.equal(await send(store, [line(1)]), 1);
    assert.deepEqual(await messages(store), ["1"]);
  });

  test("a spool that began anew counts from its own beginning, as each machine's does", async () => {
    await using store = await open();
    await send(store, [line(7)]);
    await send(store, [line(1, { message: "anew", time: start + 8 })], "t");
    const other = {
      machine: "1",
      spool: "s",
      lines: [line(1, { message: "other", time: start + 9 })],
      now,
    };
    await store.write(scope, (tx) => log.add(tx, other));

    assert.deepEqual(await messages(store), ["7", "anew", "other"]);
  });

  test("what nobody could keep is kept as well as can be", async () => {
    await using store = await open();
    const odd = { message: "a\0b\ud800", entity: "e".repeat(300) };
    await send(store, [line(1, odd), line(2)]);

    assert.deepEqual(await messages(store), ["a\u{fffd}b\u{fffd}", "2"]);
    const tooMany = Array.from({ length: 1001 }, (_, index) => line(index + 3));
    await assert.rejects(send(store, tooMany), { code: "bad request" });
  });

  test("lines of many machines are in the order of time, and the newest are found", async () => {
    await using store = await open();
    const late = Array.from({ length: 300 }, (_, index) =>
      line(index + 1, { time: start + 2 * index }),
    );
    const early = late.map((each) => ({ ...each, time: each.time + 1, entity: "machine-1" }));
    await send(store, late);
    const sent = { machine: "1", spool: "s", lines: early, now };
    await store.write(scope, (tx) => log.add(tx, sent));

    const expected = late.flatMap(({ message }) => [message, message]);
    assert.deepEqual(await messages(store), expected);
    assert.deepEqual(await messages(store, { backlog: 3 }), ["299", "300", "300"]);
    const own = { includeEntity: ["machine-1"] };
    assert.deepEqual(
      await messages(store, { ...own, backlog: 250 }),
      expected.slice(100).filter((_, index) => index % 2),
    );
    assert.deepEqual(await messages(store, { backlog: 0 }), []);
    assert.deepEqual(await messages(store, { backlog: 9999 }), expected);
  });

  test("however many stars somebody asks with, it takes no longer", async () => {
    await using store = await open();
    await send(store, [line(1, { entity: `unit-${"a".repeat(150)}-0` })]);
    assert.deepEqual(await messages(store, { includeEntity: [`${"*a".repeat(30)}*b`] }), []);
  });

  test("any of a kind may fit, and all kinds have to", async () => {
    await using store = await open();
    await send(store, [
      line(1, { entity: "machine-0", module: "juju.worker.uniter", level: "DEBUG" }),
      line(2, { entity: "unit-mysql-10", module: "juju.workers" }),
      line(3, { entity: "unit-mysql-router-0", level: "ERROR" }),
      line(4, { entity: "unit-mysql-0", level: "WARNING", module: "juju.worker" }),
    ]);
    const cases: readonly [Partial<Filter>, string[]][] = [
      [{ level: "INFO" }, ["2", "3", "4"]],
      [{ level: "ERROR" }, ["3"]],
      [{ from: start + 3 }, ["3", "4"]],
      [{ includeEntity: ["unit-mysql-*"] }, ["2", "4"]],
      [{ includeEntity: ["unit-mysql*", "machine-0"] }, ["1", "2", "3", "4"]],
      [{ excludeEntity: ["unit-*-0", "machine-0"] }, ["2"]],
      [{ includeModule: ["juju.worker"] }, ["1", "4"]],
      [{ excludeModule: ["juju.worker", "unit"] }, ["2"]],
      [
        { includeModule: ["juju.worker", "unit.mysql/0"], excludeEntity: ["machine-0"] },
        ["3", "4"],
      ],
      [{ includeEntity: ["unit.mysql.0"] }, []],
      [{ includeEntity: ["unit-my*router*-0", "*-1*0"] }, ["2", "3"]],
      [{ includeEntity: ["unit-mysql-0*0", "mysql-*"] }, []],
      [{ includeLabels: ["http=yes"] }, []],
    ];
    for (const [filter, expected] of cases) {
      assert.deepEqual(await messages(store, filter), expected, JSON.stringify(filter));
      const newest = expected.slice(-1);
      assert.deepEqual(await messages(store, { ...filter, backlog: 1 }), newest);
    }
  });

  test("whoever follows hears each line once, those that are added meanwhile too", async () => {
    await using store = await open();
    await send(store, [line(1), line(2)]);
    const stop = new AbortController();
    const asked = { model: "prod", filter: everything, backlog: 1, follows: true };
    const heard: string[] = [];
    for await (const page of read(store, asked, stop.signal)) {
      heard.push(...page.map(({ message }) => message));
      const next = heard.length + 2;
      if (heard.length < 4) await send(store, [line(next)]);
      else stop.abort();
    }
    assert.deepEqual(heard, ["2", "3", "4", "5"]);
  });

  test("a log is in nobody's change feed", async () => {
    await using store = await open();
    await newModel(store);
    const before = await store.latestChange("prod");
    await send(store, [line(1)]);

    assert.equal(await store.latestChange("prod"), before);
    assert.equal(await store.latestChange(scope), 0);
  });

  test("of a model that is gone everything is forgotten, a part at a time", async () => {
    await using store = await open();
    const lines = Array.from({ length: 1000 }, (_, index) => line(index + 1));
    await send(store, lines);
    await send(store, [line(1001)]);
    assert.deepEqual(await store.read("", log.listLogged), ["prod"]);

    const removed: number[] = [];
    do removed.push(await store.write(scope, log.forget));
    while (removed.at(-1) !== 0);
    assert.deepEqual(removed, [1000, 1, 0]);
    assert.deepEqual(await store.read("", log.listLogged), []);
    assert.equal(await send(store, [line(1)]), 1);
  });
});
