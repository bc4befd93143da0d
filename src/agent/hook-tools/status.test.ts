import assert from "node:assert/strict";
import { test } from "node:test";
import { failed, hookOf, printed, run, silent } from "../testing.ts";

const status = { status: "blocked", message: "no disk", data: { disk: "sda" } };
const units = {
  "mysql/1": { status: "active", message: "", data: {} },
  "mysql/0": status,
};
const applicationStatus = { status: "active", message: "all is well", data: {}, units };
const leader = hookOf({ isLeader: true, status, applicationStatus });
const { hook } = hookOf({ status, applicationStatus });

test("status-get prints the bare status, or a record of it in other formats", async () => {
  assert.deepEqual(await run(hook, "status-get"), printed("blocked\n"));
  assert.deepEqual(await run(hook, "status-get --format=json"), printed('{"status":"blocked"}\n'));
  assert.deepEqual(await run(hook, "status-get --format=yaml"), printed("status: blocked\n"));
});

test("status-get --include-data prints message and data as well", async () => {
  assert.deepEqual(
    await run(hook, "status-get --include-data --format=json --application=false"),
    printed('{"message":"no disk","status":"blocked","status-data":{"disk":"sda"}}\n'),
  );
  assert.deepEqual(
    await run(hook, "status-get --include-data"),
    printed("message: no disk\nstatus: blocked\nstatus-data:\n  disk: sda\n"),
  );
});

test("status-get --application prints the application's status and its units'", async () => {
  assert.deepEqual(await run(leader.hook, "status-get --application"), printed("active\n"));
  assert.deepEqual(
    await run(leader.hook, "status-get --application --format=json"),
    printed(
      '{"application-status":{"status":"active",' +
        '"units":{"mysql/0":{"status":"blocked"},"mysql/1":{"status":"active"}}}}\n',
    ),
  );
  assert.deepEqual(
    await run(leader.hook, "status-get --application --include-data --format=json"),
    printed(
      '{"application-status":{"message":"all is well","status":"active","status-data":{},"units":{' +
        '"mysql/0":{"message":"no disk","status":"blocked","status-data":{"disk":"sda"}},' +
        '"mysql/1":{"message":"","status":"active","status-data":{}}}}}\n',
    ),
  );
});

test("status-set sets the unit's status, or the application's for its leader", async () => {
  for (const line of [
    "status-set --application=False active ''",
    "status-set maintenance",
    "status-set waiting -- '--for db'",
    "status-set --application=True blocked 'no disk'",
    "status-set --application active",
  ]) {
    assert.deepEqual(await run(leader.hook, line), silent, line);
  }

  assert.deepEqual(leader.told, [
    ["setStatus", "workload", "active", ""],
    ["setStatus", "workload", "maintenance", ""],
    ["setStatus", "workload", "waiting", "--for db"],
    ["setStatus", "application", "blocked", "no disk"],
    ["setStatus", "application", "active", ""],
  ]);
});

test("an application's status is for the leader to set and to see", async () => {
  const { hook: follower, told } = hookOf();

  assert.deepEqual(
    await run(follower, "status-set --application active"),
    failed(1, "setting application status: this unit is not the leader"),
  );
  assert.deepEqual(
    await run(follower, "status-get --application"),
    failed(1, "cannot get application status: this unit is not the leader"),
  );
  assert.deepEqual(told, []);
});

test("status-set refuses a status that charms do not set", async () => {
  const { hook: other, told } = hookOf();

  for (const wrong of ["foo", "error", "unknown", "Active"]) {
    const expected = "expected one of [maintenance blocked waiting active]";
    assert.deepEqual(
      await run(other, `status-set ${wrong} hello`),
      failed(2, `invalid status "${wrong}", ${expected}`),
    );
  }
  assert.deepEqual(
    await run(other, "status-set"),
    failed(2, "invalid args, require <status> [message]"),
  );
  assert.deepEqual(
    await run(other, "status-set active hello extra"),
    failed(2, 'unrecognized args: ["extra"]'),
  );
  assert.deepEqual(told, []);
});

test("is-leader prints True or False, and booleans in JSON", async () => {
  assert.deepEqual(await run(leader.hook, "is-leader"), printed("True\n"));
  assert.deepEqual(await run(hook, "is-leader"), printed("False\n"));
  assert.deepEqual(await run(leader.hook, "is-leader --format=json"), printed("true\n"));
});

test("application-version-set sets the workload's version, even one that looks like an option", async () => {
  const { hook: unit, told } = hookOf();

  assert.deepEqual(await run(unit, "application-version-set 8.0.1"), silent);
  assert.deepEqual(await run(unit, "application-version-set -- -beta"), silent);
  assert.deepEqual(await run(unit, "application-version-set"), failed(2, "no version specified"));

  assert.deepEqual(told, [
    ["setWorkloadVersion", "8.0.1"],
    ["setWorkloadVersion", "-beta"],
  ]);
});

test("goal-state prints units and then relations, in YAML unless JSON is asked for", async () => {
  const goal = { status: "active", since: "2200-11-05T15:29:12.345Z" };
  const goals = {
    relations: { server: { "wordpress/0": goal, wordpress: goal } },
    units: { "mysql/0": goal },
  };
  const { hook: unit } = hookOf({ goals });

  assert.deepEqual(
    await run(unit, "goal-state"),
    printed(`units:
  mysql/0:
    status: active
    since: "2200-11-05 15:29:12Z"
relations:
  server:
    wordpress:
      status: active
      since: "2200-11-05 15:29:12Z"
    wordpress/0:
      status: active
      since: "2200-11-05 15:29:12Z"
`),
  );
  assert.deepEqual(
    await run(hookOf().hook, "goal-state --format=json"),
    printed('{"units":{},"relations":{}}\n'),
  );
  assert.deepEqual(
    await run(unit, "goal-state --format=smart"),
    failed(2, 'invalid value "smart" for option --format: unknown format "smart"'),
  );
});
