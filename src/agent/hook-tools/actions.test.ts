import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunningAction } from "../hook-context.ts";
import { failed, hookOf, printed, run, silent } from "../testing.ts";

const parameters = { count: 3, no: null, out: { file: { name: "a" }, list: ["x", "y"] } };

/** The action, and what it has been told. */
function actionOf() {
  const told: unknown[] = [];
  const action: RunningAction = {
    parameters,
    setResult: (path, value) => void told.push([path.join("/"), value]),
    fail: (message) => void told.push(["fail", message]),
    log: async (message) => void told.push(["log", message]),
  };
  return { hook: hookOf({ action }).hook, told };
}

test("action-get prints all parameters, or what a key leads to", async () => {
  const { hook } = actionOf();
  assert.deepEqual(await run(hook, "action-get count"), printed("3\n"));
  assert.deepEqual(await run(hook, "action-get out.file.name"), printed("a\n"));
  assert.deepEqual(await run(hook, "action-get out.list"), printed("x\ny\n"));
  assert.deepEqual(
    await run(hook, "action-get --format=json"),
    printed(`${JSON.stringify(parameters)}\n`),
  );
});

test("action-get prints nothing, or null, for what is not there", async () => {
  const { hook } = actionOf();
  for (const key of ["nosuch", "count.deeper", "out.nosuch.name", "no", "toString"]) {
    assert.deepEqual(await run(hook, `action-get ${key}`), silent, key);
    assert.deepEqual(await run(hook, `action-get ${key} --format json`), printed("null\n"), key);
  }
});

test("action-set sets results at the places that their keys lead to", async () => {
  const { hook, told } = actionOf();
  assert.deepEqual(await run(hook, "action-set a=1 b.c-d.e=x=y empty="), silent);
  assert.deepEqual(told, [
    ["a", "1"],
    ["b/c-d/e", "x=y"],
    ["empty", ""],
  ]);
});

test("action-set refuses what is no key and what is reserved, and sets nothing then", async () => {
  const { hook, told } = actionOf();
  const rule =
    "must start and end with lowercase alphanumeric, and contain only lowercase alphanumeric and hyphens";
  assert.deepEqual(
    await run(hook, "action-set a"),
    failed(2, 'argument "a" must be of the form key...=value'),
  );
  for (const [key, part] of [
    ["A", "A"],
    ["a..b", ""],
    ["a.-b", "-b"],
    ["a_b", "a_b"],
  ] as const) {
    const word = `ok=1 ${key}=1`;
    assert.deepEqual(
      await run(hook, `action-set ${word}`),
      failed(2, `key "${part}" ${rule}`),
      key,
    );
  }
  for (const key of ["stdout", "stderr", "stdout-encoding", "stderr-encoding"]) {
    const refusal = failed(1, `cannot set reserved action key "${key}"`);
    assert.deepEqual(await run(hook, `action-set ${key}=1`), refusal);
  }
  assert.deepEqual(told, []);
});

test("action-fail gives a reason of its own where none is given", async () => {
  const { hook, told } = actionOf();
  await run(hook, "action-fail 'no room'");
  await run(hook, "action-fail -- --odd");
  await run(hook, "action-fail");
  const standard = "action failed without reason given, check action for errors";
  assert.deepEqual(told, [
    ["fail", "no room"],
    ["fail", "--odd"],
    ["fail", standard],
  ]);
});

test("action-log says how far it is, and has something to say", async () => {
  const { hook, told } = actionOf();
  assert.deepEqual(await run(hook, "action-log half 'way'"), silent);
  assert.deepEqual(told, [["log", "half way"]]);
  assert.deepEqual(await run(hook, "action-log"), failed(2, "no message specified"));
});

test("outside an action none of them does anything", async () => {
  const { hook } = hookOf();
  for (const line of ["action-get", "action-set a=1", "action-fail", "action-log x"]) {
    assert.deepEqual(await run(hook, line), failed(1, "not running an action"), line);
  }
});
