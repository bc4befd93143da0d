import assert from "node:assert/strict";
import { test } from "node:test";
import { failed, hookOf, relationHookOf, run, silent } from "../testing.ts";

test("juju-log joins its words, at the level that is asked for", async () => {
  const { hook, told } = hookOf();

  assert.deepEqual(await run(hook, "juju-log disk is full"), silent);
  assert.deepEqual(await run(hook, "juju-log --log-level ERROR -- -x --help"), silent);
  assert.deepEqual(await run(hook, "juju-log -l debug '  kept  '"), silent);
  assert.deepEqual(await run(hook, "juju-log -l WARN careful"), silent);
  assert.deepEqual(await run(hook, "juju-log --debug -l ERROR why"), silent);
  assert.deepEqual(await run(hook, "juju-log ''"), silent);

  assert.deepEqual(told, [
    ["log", "INFO", "disk is full"],
    ["log", "ERROR", "-x --help"],
    ["log", "DEBUG", "  kept  "],
    ["log", "WARNING", "careful"],
    ["log", "DEBUG", "why"],
    ["log", "INFO", ""],
  ]);
});

test("juju-log takes a level that there is not as INFO, and warns", async () => {
  const { hook, told } = hookOf();

  assert.deepEqual(await run(hook, "juju-log -l FATAL oh"), silent);

  assert.deepEqual(told, [
    ["log", "WARNING", 'there is no log level "FATAL", so this is INFO:'],
    ["log", "INFO", "oh"],
  ]);
});

test("in a relation's hook each message begins with the relation's id", async () => {
  const { hook, told } = relationHookOf();

  assert.deepEqual(await run(hook, "juju-log joined"), silent);

  assert.deepEqual(told, [["log", "INFO", "db:7: joined"]]);
});

test("juju-log needs a message", async () => {
  const { hook, told } = hookOf();

  for (const line of ["juju-log", "juju-log -l ERROR", "juju-log --"]) {
    assert.deepEqual(await run(hook, line), failed(2, "no message specified"));
  }
  assert.deepEqual(await run(hook, "juju-log -l"), failed(2, "option needs an argument: -l"));
  assert.deepEqual(told, []);
});
