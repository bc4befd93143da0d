/** What is said of a unit whose charm says nothing, in Juju's words. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Hook } from "./hook.ts";
import { makeStage, Stage } from "./stage/testing.ts";
import { relationHook } from "./testing.ts";

/** Each status is heard before the next, so that those before the last have been heard when it has. */
async function saidIn(hooks: readonly Hook[], script = "true"): Promise<readonly string[]> {
  await using stage = await Stage.open(await makeStage({ dispatch: `#!/bin/sh\n${script}\n` }));
  for (const hook of hooks) await stage.run(hook);
  await stage.setting.controller.setStatus({ scope: "agent", status: "idle", info: "" });
  const statuses = await readFile(join(stage.folder, "statuses"), "utf8");
  return statuses.split("\n").slice(0, -2);
}

const install: Hook = { kind: "install" };
const start: Hook = { kind: "start" };
const stop: Hook = { kind: "stop" };
const remove: Hook = { kind: "remove" };

test("the agent says what a charm that says nothing is about, from install to remove", async () => {
  const said = await saidIn([install, start, stop, remove]);

  assert.deepEqual(
    said.filter((line) => line.startsWith("workload")),
    [
      "workload maintenance installing charm software",
      "workload unknown ",
      "workload maintenance stopping charm software",
      "workload maintenance ",
      "workload maintenance cleaning up prior to charm deletion",
      "workload terminated ",
    ],
  );
});

test("what a charm has said stays while it is installed again and started", async () => {
  const said = await saidIn([start, install, start], "status-set active ready");

  assert.deepEqual(
    said.filter((line) => line.startsWith("workload")),
    Array.from({ length: 3 }, () => "workload active ready"),
  );
});

test("the hook that runs is told, and whom it is about, but no check-up", async () => {
  const joined = relationHook("relation-joined", { remoteUnit: "wordpress/0" });
  const said = await saidIn([joined, { kind: "update-status" }]);

  assert.deepEqual(said, ["agent executing running db-relation-joined hook for wordpress/0"]);
});
