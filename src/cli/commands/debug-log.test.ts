import assert from "node:assert/strict";
import { after, test } from "node:test";
import { shop } from "#controller/testing.ts";
import * as log from "#domain/log/log.ts";
import { Desk } from "../testing.ts";

const desk = await Desk.open();
after(() => desk[Symbol.asyncDispose]());
const controller = await desk.withController();

const start = Temporal.Instant.from("2026-01-01T23:59:59.5Z").epochMilliseconds;
const juju = { entity: "machine-0", module: "juju.worker", location: "agent.ts:12" };
const unit = { entity: "unit-mysql-0", module: "unit.mysql/0.juju-log", location: "" };
const lines: readonly Omit<log.NumberedLine, "sequence" | "time">[] = [
  { ...juju, level: "INFO", message: "connected" },
  { ...unit, level: "WARNING", message: "two\nlines\u001b[2J" },
  { ...unit, level: "ERROR", message: "broken" },
];

function add(sequence: number, line: (typeof lines)[number] | undefined): Promise<number> {
  assert.ok(line);
  const sent = [{ ...line, sequence, time: start + sequence }];
  const now = controller.clock.now();
  return controller.store.write(log.logScope(shop), (tx) =>
    log.add(tx, { machine: "0", spool: "s", lines: sent, now }),
  );
}
for (const [index, line] of lines.entries()) await add(index + 1, line);

const shown = async (words: string) => (await desk.run(`debug-log --utc ${words}`)).stdout;

test("lines are printed as Juju prints them, and nothing in them controls the terminal", async () => {
  assert.equal(
    await shown(""),
    `\
machine-0: 23:59:59 INFO juju.worker connected
unit-mysql-0: 23:59:59 WARNING unit.mysql/0.juju-log two
lines [2J
unit-mysql-0: 23:59:59 ERROR unit.mysql/0.juju-log broken
`,
  );
  assert.equal(
    await shown("--date --ms --location --limit 1 --include 0"),
    "machine-0: 2026-01-01 23:59:59.501 INFO juju.worker agent.ts:12 connected\n",
  );
});

test("colours are for terminals, and for whoever asks for them", async () => {
  const coloured =
    "unit-mysql-0: 23:59:59 \u001b[91mERROR\u001b[39m unit.mysql/0.juju-log broken\n";
  assert.equal(await shown("-l error --color"), coloured);
  const { stdout } = await desk.run("debug-log --utc --level error --no-tail", {
    isTerminal: true,
  });
  assert.equal(stdout.replaceAll("\r", ""), coloured);
});

test("programs get an object for each line, and files what they would see", async () => {
  const line = {
    ...{ entity: "unit-mysql-0", timestamp: "2026-01-01T23:59:59.503Z", severity: "ERROR" },
    ...{ module: "unit.mysql/0.juju-log", location: "", message: "broken" },
  };
  assert.deepEqual(JSON.parse(await shown("--format json --limit 1")), line);
});

test("a unit, a machine, an application and a tag are found by their names", async () => {
  const count = async (words: string) => (await shown(words)).split(" juju").length - 1;
  assert.equal(await count("--include-module juju -i mysql/0"), 0);
  assert.equal((await shown("-i mysql")).split("unit-mysql-0").length - 1, 2);
  assert.equal((await shown("-x mysql/0,machine-1")).split("\n").length - 1, 1);
  assert.equal((await shown("--replay --no-tail --exclude-module unit")).split("\n").length - 1, 1);
});

test("whoever follows sees what comes, until they interrupt", async () => {
  const fresh = { level: "INFO", message: "new" } as const;
  let isAdded = false;
  const { status, stdout, stderr } = await desk.run("debug-log --tail --utc", {
    onOutput(printed, end) {
      if (printed.includes("broken") && !isAdded) void add(4, { ...juju, ...fresh });
      isAdded ||= printed.includes("broken");
      if (printed.includes("new")) end("SIGINT");
    },
  });
  assert.match(stdout, /broken\nmachine-0: 23:59:59 INFO juju.worker new\n$/);
  assert.deepEqual([status, stderr], [1, "\nInterrupted.\n"]);
});

test("what makes no sense is refused before anybody is asked", async () => {
  const { status, stderr } = await desk.run("debug-log --tail --no-tail");
  assert.equal(status, 2);
  assert.match(stderr, /ERROR setting --tail and --no-tail not valid\n$/);
});
