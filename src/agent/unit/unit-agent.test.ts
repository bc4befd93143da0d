/** A unit's agent by itself: what it says when it comes, and what it does as time passes. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { readTextIfAny } from "#base/files.ts";
import { Journal } from "#base/journal.ts";
import { ManualClock } from "#base/testing.ts";
import { arrive } from "./arrival.ts";
import { noChanges } from "./run/changes.ts";
import { makeStage, Stage, wantedState } from "./stage/testing.ts";
import { restoreUnitState, type UnitState } from "./state.ts";
import { desiredUnit, settledUnit } from "./testing.ts";
import { UnitAgent } from "./unit-agent.ts";

const dispatch = '#!/bin/sh\necho "$JUJU_HOOK_NAME" >>ran\n';
const waitMs = 20;
/** Long enough for whatever would happen to have happened. */
const whileMs = 300;

/** A desired state of a unit without relations, in a model with these settings. */
function desiredWith(config: Readonly<Record<string, unknown>>) {
  const { state } = wantedState({ config });
  return { ...state, units: [desiredUnit()] };
}

/** The agent of the unit on the stage, which runs until it is let go of. */
function start(stage: Stage, config: Readonly<Record<string, unknown>>) {
  const stop = new AbortController();
  const agent = new UnitAgent(stage.setting, desiredWith(config));
  const running = agent.run(stop.signal);
  return {
    agent,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

async function settle(stage: Stage, state: UnitState): Promise<void> {
  const { journal } = await Journal.open<UnitState>(stage.paths.journal);
  await using opened = journal;
  await opened.write(state, { durable: false });
}

test("how often update-status runs is as the model says now", async () => {
  const clock = new ManualClock();
  await using stage = await Stage.open(await makeStage({ dispatch }), { clock });
  await settle(stage, settledUnit({ statusUpdated: clock.now().toString() }));
  await using running = start(stage, { "update-status-hook-interval": "60m" });
  const ran = async () => (await readTextIfAny(join(stage.paths.charm, "ran"))) ?? "";
  const first = "leader-elected\nconfig-changed\n";
  while ((await ran()) !== first) await wait(waitMs);
  clock.advance({ minutes: 30 });
  await wait(whileMs);
  assert.equal(await ran(), first);

  running.agent.update(desiredWith({ "update-status-hook-interval": "5m" }));
  while ((await ran()) === first) await wait(waitMs);
  assert.equal(await ran(), `${first}update-status\n`);
});

test("a leader leads through its last hooks", async () => {
  const script = '#!/bin/sh\necho "$JUJU_HOOK_NAME $(is-leader)" >>"$JUJU_CHARM_DIR/../ran"\n';
  await using stage = await Stage.open(await makeStage({ dispatch: script }));
  await settle(stage, settledUnit());
  await using running = start(stage, {});
  const ran = async () => (await readTextIfAny(join(stage.paths.home, "ran"))) ?? "";
  while (!(await ran()).includes("config-changed")) await wait(waitMs);
  const going = [desiredUnit({ life: "dying" })];
  running.agent.update({ ...desiredWith({}), units: going });
  while (!(await ran()).includes("remove")) await wait(waitMs);
  assert.match(await ran(), /stop True\nremove True\n$/);
});

test("a unit that has come to its machine says so before its charm is there", async () => {
  await using stage = await Stage.open(await makeStage());
  await using _running = start(stage, {});
  const statuses = join(stage.folder, "statuses");
  const isFailed = async () =>
    (await readTextIfAny(statuses))?.includes("agent failed cannot deploy");
  while (!(await isFailed())) await wait(waitMs);

  const said = (await readFile(statuses, "utf8")).split("\n").slice(0, 2);
  assert.deepEqual(said, [
    "workload waiting installing agent",
    "workload waiting agent initialising",
  ]);
});

test("a unit that its machine has forgotten goes on with the numbers that its commits had", async () => {
  await using stage = await Stage.open(await makeStage());
  await stage.setting.controller.commit(7, noChanges, {
    ...{ became: "", charm: "", settled: false, "modified-version": 0 },
  });
  const state = restoreUnitState(await arrive(stage.setting), stage.setting.clock.now());
  assert.deepEqual([state.sequence, state.leaderSettings, state.isInstalled], [7, null, false]);
});
