import assert from "node:assert/strict";
import { test } from "node:test";
import { failed, hookOf, printed, run } from "../testing.ts";

const settings = { title: "My Title", monsters: false, reticulation: 45, ratio: -1.0, empty: "" };
const { hook } = hookOf({ settings, options: { ...settings, unset: null } });

test("config-get prints one setting, bare unless a format is asked for", async () => {
  assert.deepEqual(await run(hook, "config-get title"), printed("My Title\n"));
  assert.deepEqual(await run(hook, "config-get monsters"), printed("False\n"));
  assert.deepEqual(await run(hook, "config-get --format=yaml monsters"), printed("false\n"));
  assert.deepEqual(await run(hook, "config-get reticulation --format json"), printed("45\n"));
  assert.deepEqual(await run(hook, "config-get ratio"), printed("-1\n"));
  assert.deepEqual(await run(hook, "config-get empty"), printed(""));
});

test("config-get prints the settings that have a value, and with --all the others as null", async () => {
  assert.deepEqual(
    await run(hook, "config-get --format=json"),
    printed('{"empty":"","monsters":false,"ratio":-1,"reticulation":45,"title":"My Title"}\n'),
  );
  const all =
    'empty: ""\nmonsters: false\nratio: -1\nreticulation: 45\ntitle: My Title\nunset: null\n';
  assert.deepEqual(await run(hook, "config-get --all"), printed(all));
  assert.deepEqual(await run(hook, "config-get -a"), printed(all));
});

test("config-get prints nothing for a key that there is not, which is null in JSON", async () => {
  for (const key of ["missing", "constructor"]) {
    assert.deepEqual(await run(hook, `config-get ${key}`), printed(""));
    assert.deepEqual(await run(hook, `config-get ${key} --format yaml`), printed(""));
    assert.deepEqual(await run(hook, `config-get ${key} --format json`), printed("null\n"));
  }
});

test("config-get takes either a key or --all, and one key only", async () => {
  assert.deepEqual(
    await run(hook, "config-get --all title"),
    failed(2, 'cannot use argument --all together with key "title"'),
  );
  assert.deepEqual(
    await run(hook, "config-get title name 'a b'"),
    failed(2, 'unrecognized args: ["name" "a b"]'),
  );
});
