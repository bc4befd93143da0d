import assert from "node:assert/strict";
import { test } from "node:test";
import type { Hook, UnitHookKind } from "../hook.ts";
import { newUnitState, type UnitState } from "../state.ts";
import { epoch, failedUnit, relationHook, settledUnit } from "../testing.ts";
import { afterDeploy, afterHook, withoutRelation } from "./effects.ts";

const given = { configHash: "two", boot: "first", now: epoch.add({ hours: 1 }) };
const charm = { url: "local:mysql-2", modifiedVersion: 2 };
const fresh = newUnitState(epoch);

test("what each hook of a unit changes when it counts", () => {
  const begun: UnitState = { ...fresh, isInstalled: true };
  const rows: readonly (readonly [UnitHookKind, UnitState, Partial<UnitState>])[] = [
    ["install", fresh, { isInstalled: true }],
    ["leader-elected", begun, { isLeader: true }],
    ["config-changed", begun, { configHash: "two", queue: [{ kind: "start" }] }],
    ["config-changed", settledUnit(), { configHash: "two" }],
    ["start", begun, { isStarted: true, isSettled: true, boot: "first" }],
    ["upgrade-charm", settledUnit(), { queue: [{ kind: "config-changed" }] }],
    ["update-status", settledUnit(), { statusUpdated: given.now.toString() }],
    ["stop", settledUnit(), { isStopped: true }],
    ["remove", settledUnit(), { isRemoved: true }],
  ];
  for (const [kind, before, change] of rows) {
    const after = { ...before, sequence: before.sequence + 1, ...change };
    assert.deepEqual(afterHook(before, { kind }, given), after, kind);
  }
});

test("what each hook of a relation changes when it counts", () => {
  const relation = {
    ...{ endpoint: "db", remoteApplication: "wordpress", isPeer: false, isCreated: true },
    ...{ members: {}, applicationVersion: 0 },
  };
  const withUnit = (version: number) => ({ ...relation, members: { "wordpress/0": version } });
  const about = { remoteUnit: "wordpress/0", version: 3 };
  const joined = relationHook("relation-joined", about);
  const changed = relationHook("relation-changed", about);
  const rows = [
    [relationHook("relation-created"), undefined, relation],
    [joined, relation, withUnit(0)],
    [changed, withUnit(0), withUnit(3)],
    [
      relationHook("relation-changed", { version: 7 }),
      relation,
      { ...relation, applicationVersion: 7 },
    ],
    [relationHook("relation-departed", about), withUnit(3), relation],
    [relationHook("relation-broken"), relation, undefined],
  ] as const;
  for (const [hook, before, after] of rows) {
    const other = { 2: relation };
    const state = settledUnit({ relations: before ? { ...other, 1: before } : other });
    const { relations, queue } = afterHook(state, hook, given);
    assert.deepEqual(relations, after ? { ...other, 1: after } : other, hook.kind);
    assert.deepEqual(queue, hook === joined ? [changed] : [], hook.kind);
  }
});

test("a hook leaves the queue when it counts, and only if it was the first there", () => {
  const start: Hook = { kind: "start" };
  const changed: Hook = { kind: "config-changed" };

  assert.deepEqual(afterHook(settledUnit({ queue: [start, changed] }), start, given).queue, [
    changed,
  ]);
  const other = relationHook("relation-changed", { remoteUnit: "wordpress/1" });
  const queue = [relationHook("relation-changed", { remoteUnit: "wordpress/0" })];
  assert.deepEqual(afterHook(settledUnit({ queue }), other, given).queue, queue);
});

test("nothing is under way when a hook counts or a charm is in its place", () => {
  const state = failedUnit({ kind: "config-changed" });
  for (const after of [
    afterHook(state, { kind: "config-changed" }, given),
    afterDeploy(state, charm, null),
  ]) {
    assert.deepEqual([after.operation, after.step, after.sequence], [null, { kind: "begun" }, 1]);
  }
});

test("a charm runs install on a unit that never finished it, and upgrade-charm on every other", () => {
  const before = { ...fresh, sequence: 4 };
  const installed = afterDeploy(before, charm, null);
  assert.deepEqual(installed, { ...before, charm, queue: [{ kind: "install" }], sequence: 5 });

  const upgraded = afterDeploy(settledUnit(), charm, null);
  assert.deepEqual(upgraded.queue, [{ kind: "upgrade-charm" }]);
  assert.equal(upgraded.isSettled, false);
});

test("a hook that failed before the charm changed runs again, first and once", () => {
  const changed: Hook = { kind: "config-changed" };
  const start: Hook = { kind: "start" };
  const state = failedUnit(changed, { queue: [changed, start] });

  assert.deepEqual(afterDeploy(state, charm, changed).queue, [changed, start]);
  assert.deepEqual(afterDeploy(settledUnit(), charm, start).queue, [start]);
});

test("a charm has settled when everything that followed from it has run on a unit that started", () => {
  let state = afterDeploy(settledUnit(), charm, null);
  state = afterHook(state, { kind: "upgrade-charm" }, given);
  assert.equal(state.isSettled, false);
  state = afterHook(state, { kind: "config-changed" }, given);
  assert.equal(state.isSettled, true);

  let first = afterHook(afterDeploy(fresh, charm, null), { kind: "install" }, given);
  assert.equal(first.isSettled, false);
  first = afterHook(first, { kind: "config-changed" }, given);
  assert.equal(first.isSettled, false);
  assert.equal(afterHook(first, { kind: "start" }, given).isSettled, true);
});

test("a charm stays settled whatever hook runs later", () => {
  const after = afterHook(
    settledUnit({ relations: {} }),
    relationHook("relation-joined", { remoteUnit: "wordpress/0" }),
    given,
  );
  assert.equal(after.isSettled, true);
});

test("a relation that is over leaves the others as they are", () => {
  const relation = {
    ...{ endpoint: "db", remoteApplication: "wordpress", isPeer: true, isCreated: true },
    ...{ members: {}, applicationVersion: 0 },
  };
  const state = settledUnit({ relations: { 1: relation, 12: relation } });

  assert.deepEqual(withoutRelation(state, 1), { ...state, relations: { 12: relation } });
});
