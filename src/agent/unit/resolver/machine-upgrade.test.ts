/** The upgrade of a machine's operating system, as its units live through it. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { DesiredUnit } from "#contract/machine-agent.ts";
import type { UnitFacts } from "#contract/unit-agent.ts";
import { factsFile, makeStage, Stage } from "../stage/testing.ts";
import { restoreUnitState } from "../state.ts";
import { desiredUnit, epoch, failedUnit, Story, settledUnit } from "../testing.ts";

type Upgrade = DesiredUnit["machine-upgrade"];

const target = "ubuntu@24.04";
const prepare = { phase: "prepare", number: 1, target };
const complete = { phase: "complete", number: 1, target };
const task = { id: 1, name: "backup", status: "pending", parallel: true, group: "" };

function storyOf(state = settledUnit()): Story {
  const story = new Story(desiredUnit({ relations: [] }));
  story.state = state;
  return story;
}

function want(story: Story, upgrade: Upgrade, change: Partial<DesiredUnit> = {}): string[] {
  const { "machine-upgrade": _, ...rest } = story.desired;
  story.desired = { ...rest, ...change, ...(upgrade ? { "machine-upgrade": upgrade } : {}) };
  return story.rest();
}

test("a unit that has heard of an upgrade does nothing else until that is complete", () => {
  const story = storyOf();
  assert.deepEqual(want(story, prepare), ["pre-series-upgrade"]);
  story.later({ hours: 1 });
  story.circumstances = {
    ...story.circumstances,
    ...{ configHash: "two", boot: "second", isLeader: true },
  };
  const charm = { ...story.desired.charm, url: "local:mysql-2", "modified-version": 2 };
  assert.deepEqual(want(story, prepare, { charm, tasks: [task as never] }), []);

  assert.deepEqual(want(story, complete, { tasks: [] }), [
    ...["post-series-upgrade", "start", "leader-elected", "deploy local:mysql-2"],
    ...["upgrade-charm", "config-changed", "update-status"],
  ]);
  assert.deepEqual(want(story, undefined), []);
  assert.deepEqual(want(story, { ...prepare, number: 2 }), ["pre-series-upgrade"]);
});

test("it hears of an upgrade before actions, and after what its charm has begun", () => {
  const story = storyOf(settledUnit({ queue: [{ kind: "config-changed" }] }));
  assert.deepEqual(want(story, prepare), ["config-changed", "pre-series-upgrade"]);
});

test("a hook that fails is resolved as any other, also when it is taken as done", () => {
  const story = storyOf();
  story.fails = () => true;
  assert.deepEqual(want(story, prepare), ["pre-series-upgrade fails"]);
  story.fails = () => false;
  story.later({ seconds: 5 });
  assert.deepEqual(story.rest(), ["pre-series-upgrade"]);

  const hook = { kind: "pre-series-upgrade", number: 1, target } as const;
  const other = storyOf(failedUnit(hook));
  assert.deepEqual(want(other, prepare, { resolved: "no-retry" }), [
    "skip pre-series-upgrade hook",
  ]);
  assert.deepEqual(other.state.machineUpgrade, { number: 1, stage: "prepared" });
});

test("a unit that comes meanwhile waits, and one that goes is not told", () => {
  const late = new Story(desiredUnit());
  assert.deepEqual(want(late, { ...prepare, phase: "wait" }), []);
  assert.equal(want(late, undefined)[0], "deploy local:mysql-1");

  assert.deepEqual(want(storyOf(), prepare, { life: "dying" }), ["stop", "remove", "finish"]);
  const held = storyOf(settledUnit({ machineUpgrade: { number: 1, stage: "prepared" } }));
  assert.deepEqual(want(held, prepare, { life: "dying" }), []);
  assert.deepEqual(want(held, complete), ["post-series-upgrade", "stop", "remove", "finish"]);
});

test("the hook knows the base, with its old name, and the controller hears that it has run", async () => {
  const script = '#!/bin/bash\necho "$JUJU_TARGET_BASE $JUJU_TARGET_SERIES" >>bases\n';
  await using stage = await Stage.open(await makeStage({ dispatch: script }));
  await stage.run({ kind: "pre-series-upgrade", number: 1, target });
  await stage.run({ kind: "post-series-upgrade", number: 1, target: "ubuntu@99.04" });
  await stage.run({ kind: "config-changed" });

  assert.equal(await stage.read("bases"), "ubuntu@24.04 noble\nubuntu@99.04 \n \n");
  const facts = (await readFile(join(stage.folder, factsFile), "utf8")).trimEnd().split("\n");
  const told = facts.map((line) => (JSON.parse(line) as UnitFacts)["machine-upgrade"]);
  assert.deepEqual(told, [
    { number: 1, stage: "prepared" },
    { number: 1, stage: "completed" },
    undefined,
  ]);
});

test("the journal of a version that knew of no upgrades is read as that of a unit that heard of none", () => {
  const { machineUpgrade: _, ...before } = settledUnit();
  assert.equal(restoreUnitState(before, epoch).machineUpgrade, null);
});
