import assert from "node:assert/strict";
import { test } from "node:test";
import { failed, hookOf, printed, run, silent } from "../testing.ts";

const leaderSettings = { password: "hunter2", host: "10.0.0.7" };

test("what the leader has told is read by a key or as a whole", async () => {
  const { hook } = hookOf({ leaderSettings });
  const all = "host: 10.0.0.7\npassword: hunter2\n";
  for (const [line, text] of [
    ["leader-get password", "hunter2\n"],
    ["leader-get", all],
    ["leader-get -", all],
    ["leader-get nothing", ""],
    ["leader-get nothing --format json", "null\n"],
    ["leader-get toString --format json", "null\n"],
    ["leader-get --format=json", '{"host":"10.0.0.7","password":"hunter2"}\n'],
  ] as const) {
    assert.deepEqual(await run(hook, line), printed(text), line);
  }
  assert.deepEqual(await run(hookOf().hook, "leader-get"), printed("{}\n"));
});

test("the leader writes settings, and an empty value removes one", async () => {
  const { hook, told } = hookOf({ isLeader: true });
  assert.deepEqual(await run(hook, "leader-set password=a=b host="), silent);
  assert.deepEqual(told, [["setLeaderSettings", { password: "a=b", host: "" }]]);
});

test("nobody else writes them, and what is no setting is a usage error", async () => {
  const { hook, told } = hookOf();
  const text = "cannot write leadership settings: this unit is not the leader";
  assert.deepEqual(await run(hook, "leader-set password=x"), failed(1, text));
  const expected = 'expected "key=value", got "password"';
  assert.deepEqual(await run(hook, "leader-set password"), failed(2, expected));
  assert.deepEqual(told, []);
});
