import assert from "node:assert/strict";
import { test } from "node:test";
import { decide } from "./resolver/resolver.ts";
import { newUnitState, restoreUnitState } from "./state.ts";
import { circumstancesOf, desiredUnit, epoch, settledUnit } from "./testing.ts";

test("a unit that an agent of the version before has run goes on, and is told no more than before", () => {
  const { leaderSettings: _, ...last } = settledUnit();
  const state = restoreUnitState(last, epoch);
  assert.equal(decide(state, desiredUnit(), circumstancesOf()).kind, "wait");
  const told = desiredUnit({ "leader-settings-version": 1 });
  assert.deepEqual(decide(state, told, circumstancesOf()), {
    kind: "run",
    hook: { kind: "leader-settings-changed", version: 1 },
  });
});

test("a unit without a journal is new, and one with a journal is what that says", () => {
  assert.deepEqual(restoreUnitState(undefined, epoch), newUnitState(epoch));
  const known = settledUnit({ leaderSettings: null, sequence: 7 });
  assert.deepEqual(restoreUnitState(known, epoch), known);
});
