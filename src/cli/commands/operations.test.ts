import assert from "node:assert/strict";
import { after, test } from "node:test";
import { shop } from "#controller/testing.ts";
import { enqueue } from "#domain/action/enqueue.ts";
import * as work from "#domain/action/work.ts";
import { deployApp, now, toExec } from "#domain/testing.ts";
import { Desk } from "../testing.ts";

const actions =
  "backup: {description: Saves everything., params: {level: {type: integer}}, required: [level]}";
const receiver = { kind: "unit", name: "doer/0" } as const;
const at = "2026-01-01T00:00:00";
const desk = await Desk.open();
after(() => desk[Symbol.asyncDispose]());
const controller = await desk.withController();
await deployApp(controller.store, shop, { name: "doer", units: 2, actions });
await controller.store.write(shop, async (tx) => {
  await enqueue(tx, [toExec("doer/0"), toExec("doer/1")], now);
  await work.begin(tx, { id: 2, receiver, now });
  await work.log(tx, { id: 2, receiver, message: "half way", now });
  const output = { "return-code": 0, stdout: "hi\n" };
  await work.finish(tx, { id: 2, receiver, status: "completed", message: "", output, now });
  await enqueue(tx, [toExec("doer/0")], now);
});

test("operations are listed with their tasks, the oldest first", async () => {
  const { stdout } = await desk.run("operations --utc");
  assert.equal(
    stdout,
    `\
ID  Status   Started              Finished  Task IDs  Summary
 1  running  ${at}            2,3       juju-exec run on unit-doer-0,unit-doer-1
 4  pending                                 5         juju-exec run on unit-doer-0
`,
  );
  const only = await desk.run("operations --status pending --units doer/0 --format json");
  assert.deepEqual(Object.keys(JSON.parse(only.stdout)), ["4"]);
  const { stderr } = await desk.run("operations --machines 0");
  assert.equal(stderr, "no matching operations\n");
  const wrong = await desk.run("operations --status done");
  assert.match(wrong.stderr, /\nERROR invalid status "done": there are pending, running, /);
  const more = await desk.run("operations --limit 1");
  assert.match(more.stderr, /^There are more: use --limit, or --offset 1 /);
});

test("an operation has its action and its tasks, with their times", async () => {
  const { stdout } = await desk.run("show-operation 1 --utc");
  const time = "2026-01-01 00:00:00 +0000 UTC";
  assert.equal(
    stdout,
    `\
summary: juju-exec run on unit-doer-0,unit-doer-1
status: running
action:
  name: juju-exec
  parameters:
    command: "true"
timing:
  enqueued: ${time}
  started: ${time}
tasks:
  "2":
    host: doer/0
    status: completed
    timing:
      enqueued: ${time}
      started: ${time}
      completed: ${time}
    log:
    - ${time} half way
    results:
      return-code: 0
      stdout: |
        hi
  "3":
    host: doer/1
    status: pending
    timing:
      enqueued: ${time}
`,
  );
});

test("a task is shown as what it has printed, or with everything that is known", async () => {
  assert.equal((await desk.run("show-task 2")).stdout, "hi\n");
  assert.equal((await desk.run("show-task 3")).stdout, "Action id 3 pending\n");
  const { id, unit, status } = JSON.parse(
    (await desk.run("show-action-output 3 --format json")).stdout,
  );
  assert.deepEqual([id, unit, status], ["3", "doer/1", "pending"]);
  const { stderr } = await desk.run("show-task 99");
  assert.equal(stderr, 'ERROR task "99" not found\n');
  assert.equal((await desk.run("show-operation 99")).stderr, 'ERROR operation "99" not found\n');
});

test("where one of the tasks to be cancelled is not there, none is", async () => {
  const { status, stderr } = await desk.run("cancel-task 3 99");
  assert.deepEqual([status, stderr], [1, 'ERROR task "99" not found\n']);
  const { stdout } = await desk.run("show-task 3 --format json");
  assert.equal(JSON.parse(stdout).status, "pending");
});

test("what has not begun is cancelled, and what is over is said to be", async () => {
  const { stdout, stderr } = await desk.run("cancel-task 3 2 --format json");
  assert.deepEqual(JSON.parse(stdout), [
    { id: "3", receiver: "doer/1", status: "cancelled", message: "action cancelled by anna" },
    { id: "2", receiver: "doer/0", status: "completed" },
  ]);
  assert.equal(stderr, "task 2 is completed already\n");
});

test("the statuses of actions are shown as Juju 2 does", async () => {
  const { stdout } = await desk.run("show-action-status 2 --utc");
  assert.equal(
    stdout,
    `\
actions:
- action: juju-exec
  completed at: 2026-01-01 00:00:00 +0000 UTC
  id: "2"
  status: completed
  unit: doer/0
`,
  );
});

test("actions are listed with what they do, and shown with their parameters", async () => {
  const table = "Action  Description\nbackup  Saves everything.\n";
  assert.equal((await desk.run("actions doer")).stdout, table);
  const { backup } = JSON.parse(
    (await desk.run("list-actions doer --schema --format json")).stdout,
  );
  assert.deepEqual(backup.properties, { level: { type: "integer" } });
  assert.equal((await desk.run("actions mysql")).stderr, "No actions defined for mysql.\n");
  assert.equal(
    (await desk.run("show-action doer backup")).stdout,
    "Saves everything.\n\nArguments\nlevel:\n  type: integer\n\nRequired\n- level\n",
  );
  assert.equal(
    (await desk.run("show-action doer dance")).stderr,
    'ERROR unknown action "dance": "jumar actions doer" shows those that there are\n',
  );
});
