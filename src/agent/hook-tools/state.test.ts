import assert from "node:assert/strict";
import { test } from "node:test";
import { failed, hookOf, printed, run, silent } from "../testing.ts";

const { hook } = hookOf({ state: { three: "four", one: "two" } });

test("state-get prints all of the state, or one key of it", async () => {
  assert.deepEqual(await run(hook, "state-get"), printed("one: two\nthree: four\n"));
  assert.deepEqual(await run(hook, "state-get -"), printed("one: two\nthree: four\n"));
  assert.deepEqual(await run(hook, "state-get one"), printed("two\n"));
  assert.deepEqual(await run(hookOf().hook, "state-get --format=json"), printed("{}\n"));
});

test("a key that is not there is empty, or an error with --strict", async () => {
  assert.deepEqual(await run(hook, "state-get five"), printed(""));
  assert.deepEqual(await run(hook, "state-get five --format=json"), printed('""\n'));
  assert.deepEqual(await run(hook, "state-get --strict five"), failed(1, '"five" not found'));
  assert.deepEqual(await run(hook, "state-get --strict one"), printed("two\n"));
});

test("state-set and state-delete change keys, from words or from a map", async () => {
  const { hook: writer, told } = hookOf({ input: "a: 1\nb: two\n" });

  assert.deepEqual(await run(writer, "state-set one=two gone="), silent);
  assert.deepEqual(await run(writer, "state-set --file - b=word"), silent);
  assert.deepEqual(await run(writer, "state-delete one"), silent);
  assert.deepEqual(await run(writer, "state-delete"), silent);

  assert.deepEqual(told, [
    ["setState", { one: "two", gone: "" }],
    ["setState", { a: "1", b: "word" }],
    ["setState", { one: "" }],
  ]);
});

test("state-set refuses what is no pair", async () => {
  assert.deepEqual(await run(hook, "state-set one"), failed(2, 'expected "key=value", got "one"'));
});
