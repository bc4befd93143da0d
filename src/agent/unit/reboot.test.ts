/** Machines that go down because a hook has asked for it, and what units do when they are up again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Hook } from "./hook.ts";
import { decide } from "./resolver/resolver.ts";
import { rebootContext } from "./run/hook-context/reboot.ts";
import { makeStage, Stage, wantedState } from "./stage/testing.ts";
import { circumstancesOf, desiredUnit, failedUnit, Story, settledUnit } from "./testing.ts";

const changed: Hook = { kind: "config-changed" };

function stageOf(script: string): Promise<string> {
  return makeStage({ dispatch: `#!/bin/bash\nset -e\n${script}\n` });
}

function next(stage: Stage, boot: string) {
  return decide(stage.state, wantedState().unit, circumstancesOf({ boot }));
}

test("a hook that asks for a reboot gets it once it counts", async () => {
  await using stage = await Stage.open(await stageOf("state-set a=b\njuju-reboot"));
  await stage.run(changed);

  assert.equal((await stage.commits()).length, 1);
  assert.equal(stage.state.operation, null);
  assert.deepEqual(next(stage, "first"), { kind: "reboot" });
  assert.notEqual(next(stage, "second").kind, "reboot");
});

test("a hook that fails does not get the reboot that it has asked for", async () => {
  await using stage = await Stage.open(await stageOf("juju-reboot\nexit 1"));
  await stage.run(changed);

  assert.equal(stage.state.rebootAsked, "");
  assert.equal(next(stage, "first").kind, "wait");
});

test("a hook that asks for it now ends there, and runs again when the machine is up", async () => {
  const script =
    "echo begun >>log\n[ -e once ] || { touch once; juju-reboot --now; }\necho end >>log";
  const folder = await stageOf(`state-set tries=one\n${script}`);
  await using stage = await Stage.open(folder);
  await stage.run(changed);

  assert.equal(await stage.read("log"), "begun\n");
  assert.deepEqual(await stage.commits(), []);
  assert.deepEqual(next(stage, "first"), { kind: "reboot" });
  await stage.close();
  await using after = await Stage.open(folder);
  assert.deepEqual(next(after, "first"), { kind: "reboot" }, "an agent that died asks again");
  assert.deepEqual(next(after, "second"), { kind: "resume" });
  await after.resume();
  assert.equal(await after.read("log"), "begun\nbegun\nend\n");
  assert.equal((await after.commits()).length, 1);
});

test("a reboot that counts comes after the controller has heard what the hook wrote", async () => {
  const folder = await stageOf("juju-reboot");
  await using stage = await Stage.open(folder);
  await stage.refuse("the controller is away", "internal error");
  await assert.rejects(stage.run(changed));
  await stage.close();
  await using after = await Stage.open(folder);
  await after.refuse(undefined);
  assert.deepEqual(next(after, "first"), { kind: "resume" });
  await after.resume();
  assert.deepEqual(next(after, "first"), { kind: "reboot" });
});

test("an action cannot reboot the machine", async () => {
  const context = rebootContext({ askReboot: undefined } as never);
  await assert.rejects(context.reboot(false), {
    code: "not supported",
    message: "juju-reboot is not supported when running an action.",
  });
});

test("start runs again in a unit that has started, when the machine has been down", () => {
  const story = new Story(desiredUnit());
  assert.deepEqual(story.rest(), ["deploy local:mysql-1", "install", "config-changed", "start"]);
  story.state = { ...story.state, rebootAsked: "first" };
  assert.deepEqual(story.rest(), ["reboot", "start"]);
  story.circumstances = { ...story.circumstances, boot: "of the host" };
  assert.deepEqual(story.rest(), ["start"]);
});

test("a unit that has not started yet starts once, whatever the boot", () => {
  const story = new Story(desiredUnit());
  story.step();
  story.step();
  story.circumstances = { ...story.circumstances, boot: "second" };
  assert.deepEqual(story.rest(), ["deploy local:mysql-1", "install", "config-changed", "start"]);
});

test("after a reboot what was under way goes on first, a failed hook as well", () => {
  const boot = "second";
  const failed = decide(failedUnit(changed), desiredUnit(), circumstancesOf({ boot }));
  assert.equal(failed.kind, "wait");
  const queued = settledUnit({ queue: [changed] });
  const first = decide(queued, desiredUnit(), circumstancesOf({ boot }));
  assert.deepEqual(first, { kind: "run", hook: changed });
  const leaving = desiredUnit({ life: "dying" });
  const stopped = decide(settledUnit({ isStopped: true }), leaving, circumstancesOf({ boot }));
  assert.deepEqual(stopped, { kind: "run", hook: { kind: "remove" } });
});
