import assert from "node:assert/strict";
import { after, test } from "node:test";
import { shop } from "#controller/testing.ts";
import * as status from "#domain/status/status.ts";
import { Desk } from "../testing.ts";

const desk = await Desk.open();
after(() => desk[Symbol.asyncDispose]());
const controller = await desk.withController();

const { workload, unitAgent } = status.entities;
const start = Temporal.Instant.from("2026-01-01T00:00:00Z");
const sayings = [
  { entity: unitAgent("mysql/0"), status: "executing", message: "running install hook" },
  { entity: workload("mysql/0"), status: "active", message: "ready", data: { port: 3306 } },
  { entity: unitAgent("mysql/0"), status: "executing", message: "running update-status hook" },
  { entity: unitAgent("mysql/0"), status: "idle" },
];
await controller.store.write(shop, async (tx) => {
  for (const [index, said] of sayings.entries()) {
    await status.set(tx, { ...said, now: start.add({ hours: 24 * (index + 1) }) });
  }
});

const show = async (words: string) => (await desk.run(`show-status-log --utc ${words}`)).stdout;

test("a unit's agent and workload are shown together, the oldest first", async () => {
  assert.equal(
    await show("mysql/0"),
    `\
Time                  Type       Status      Message
01 Jan 2026 00:00:00Z  juju-unit  allocating  
01 Jan 2026 00:00:00Z  workload   waiting     waiting for machine
02 Jan 2026 00:00:00Z  juju-unit  executing   running install hook
03 Jan 2026 00:00:00Z  workload   active      ready
05 Jan 2026 00:00:00Z  juju-unit  idle        
`.replace("Time  ", "Time   "),
  );
});

test("a type, a number, days and a date narrow it down", async () => {
  const lines = async (words: string) => (await show(words)).trimEnd().split("\n").slice(1).length;
  assert.equal(await lines("mysql/0 --type juju-unit -n 1"), 1);
  assert.equal(await lines("mysql/0 -n 4 --include-status-updates"), 4);
  assert.equal(await lines("mysql/0 --from-date 2026-01-03"), 2);
  assert.equal(await lines("0 --type juju-machine --days 1"), 1);
  assert.match(await show("--type model"), /model +available/);
});

test("programs get what a status says, and nothing that it does not", async () => {
  assert.deepEqual(JSON.parse(await show("mysql/0 --type workload --format json -n 1")), [
    {
      ...{ status: "active", message: "ready", data: { port: 3306 } },
      ...{ since: "03 Jan 2026 00:00:00Z", type: "workload" },
    },
  ]);
});

test("what there is not is told", async () => {
  const refusals = {
    "mysql/9": 'ERROR unit "mysql/9" not found\n',
    "7/lxd/0 --type container": "ERROR machine 7/lxd/0 not found\n",
    "mysql/0 --from-date 2027-01-01": "ERROR no status history available\n",
  };
  for (const [words, stderr] of Object.entries(refusals)) {
    const ran = await desk.run(`show-status-log ${words}`);
    assert.deepEqual([ran.status, ran.stderr], [1, stderr], words);
  }
});
