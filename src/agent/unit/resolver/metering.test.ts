import assert from "node:assert/strict";
import { test } from "node:test";
import { desiredUnit, Story, settledUnit } from "../testing.ts";

test("a charm that measures does so every five minutes once it has started, and never another", () => {
  const story = new Story(desiredUnit({ metered: true }));
  story.later({ minutes: 5 });
  const first = story.rest();
  assert.deepEqual(first.slice(-3), ["start", "collect-metrics", "update-status"]);
  story.later({ minutes: 4 });
  assert.deepEqual(story.rest(), []);
  story.later({ minutes: 1 });
  assert.deepEqual(story.rest(), ["collect-metrics", "update-status"]);

  story.desired = desiredUnit();
  story.later({ minutes: 5 });
  assert.deepEqual(story.rest(), ["update-status"]);
});

test("a charm measures no more when its unit goes", () => {
  const story = new Story(desiredUnit({ metered: true, life: "dying" }));
  story.state = settledUnit();
  story.later({ minutes: 50 });
  assert.deepEqual(story.rest(), ["stop", "remove", "finish"]);
});

test("a charm hears of a meter status once it has started, and of each other one again", () => {
  const said = { status: "RED", info: "too much" };
  const story = new Story(desiredUnit({ "meter-status": said }));
  assert.deepEqual(story.rest().slice(-2), ["start", "meter-status-changed"]);
  assert.deepEqual(story.rest(), []);
  for (const other of [
    { ...said, info: "far too much" },
    { ...said, status: "GREEN" },
  ]) {
    story.desired = desiredUnit({ "meter-status": other });
    assert.deepEqual(story.rest(), ["meter-status-changed"]);
  }
});
