import assert from "node:assert/strict";
import { test } from "node:test";
import type { DesiredTask } from "#contract/task.ts";
import { newUnitState, type UnitState } from "../state.ts";
import { circumstancesOf, desiredUnit, epoch, failedUnit, settledUnit } from "../testing.ts";
import { decide } from "./resolver.ts";

const first: DesiredTask = { id: 2, status: "pending", parallel: false, "execution-group": "" };
const second: DesiredTask = { ...first, id: 3 };
const underWay = { id: 2, context: "c", stage: "begun" } as const;

function decideFor(state: UnitState, tasks: readonly DesiredTask[] = [first, second]) {
  return decide(state, desiredUnit({ tasks }), circumstancesOf());
}

const toRun = { kind: "run-task", task: first };

test("the oldest task goes before every hook, queued or failed", () => {
  assert.deepEqual(decideFor(settledUnit()), toRun);
  assert.deepEqual(decideFor(settledUnit({ configHash: "other" })), toRun);
  assert.deepEqual(decideFor(settledUnit({ queue: [{ kind: "config-changed" }] })), toRun);
  assert.deepEqual(decideFor(failedUnit({ kind: "start" })), toRun);
  assert.deepEqual(decideFor(failedUnit({ kind: "install" }, { isInstalled: false })), toRun);
});

test("no task runs before there is a charm that was to be installed", () => {
  assert.equal(decideFor(newUnitState(epoch)).kind, "deploy");
  const queue = [{ kind: "install" }] as const;
  const decision = decideFor(settledUnit({ isInstalled: false, queue }));
  assert.deepEqual(decision, { kind: "run", hook: { kind: "install" } });
});

test("what was under way goes first, an interrupted task before an interrupted hook", () => {
  const hook = { kind: "start" } as const;
  const operation = { kind: "hook", hook, context: "c", failures: 0, configHash: "one" } as const;
  assert.equal(decideFor(settledUnit({ operation, step: { kind: "begun" } })).kind, "resume");
  assert.equal(decideFor(settledUnit({ task: underWay })).kind, "resume-task");
  assert.equal(decideFor(failedUnit(hook, { task: underWay })).kind, "resume-task");
});

test("what is said to run, and does not, is disowned before anything else begins", () => {
  const running: DesiredTask = { ...second, status: "running" };
  const expected = { kind: "disown-task", task: running };
  assert.deepEqual(decideFor(settledUnit(), [first, running]), expected);
});
