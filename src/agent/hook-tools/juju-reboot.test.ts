import assert from "node:assert/strict";
import { test } from "node:test";
import { hookOf, run } from "../testing.ts";

test("juju-reboot asks for a reboot after the hook, and with --now at once", async () => {
  const { hook, told } = hookOf();
  const nothing = { code: 0, stdout: "", stderr: "" };
  assert.deepEqual(await run(hook, "juju-reboot"), nothing);
  assert.deepEqual(await run(hook, "juju-reboot --now"), nothing);
  assert.deepEqual(told, [
    ["reboot", false],
    ["reboot", true],
  ]);
  assert.equal((await run(hook, "juju-reboot now")).code, 2);
});
