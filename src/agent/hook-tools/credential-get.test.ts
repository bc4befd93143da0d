import assert from "node:assert/strict";
import { test } from "node:test";
import { failed, hookOf, printed, run } from "../testing.ts";

const cloud = {
  ...{ name: "local", type: "local", region: "here", "is-controller-cloud": true },
  credential: { "auth-type": "empty" },
};

test("a trusted charm is told of the cloud, without what the cloud does not have", async () => {
  const { hook } = hookOf({ cloud });
  const yaml =
    "type: local\nname: local\nregion: here\nis-controller-cloud: true\ncredential:\n  auth-type: empty\n";
  assert.deepEqual(await run(hook, "credential-get"), printed(yaml));
  const { stdout } = await run(hook, "credential-get --format json");
  assert.deepEqual(JSON.parse(stdout), cloud);
});

test("nobody else is", async () => {
  const text = "cannot access cloud credentials: permission denied";
  assert.deepEqual(await run(hookOf().hook, "credential-get"), failed(1, text));
});
