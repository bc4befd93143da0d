import assert from "node:assert/strict";
import { test } from "node:test";
import type { Hook } from "../hook.ts";
import { newUnitState } from "../state.ts";
import {
  circumstancesOf,
  desiredRelation,
  desiredUnit,
  epoch,
  failedUnit,
  peerRelation,
  relationHook,
  Story,
  settledUnit,
} from "../testing.ts";
import { decide } from "./resolver.ts";

const installed = ["deploy local:mysql-1", "install", "config-changed", "start"];
const second = { url: "local:mysql-2", "modified-version": 2 };
const peer = peerRelation({ members: { "mysql/1": 1 } });

test("a unit lives through its hooks in the order that charms rely on", () => {
  const story = new Story(desiredUnit({ relations: [peerRelation()] }));
  story.circumstances = circumstancesOf({ isLeader: true });
  assert.deepEqual(story.rest(), [
    "deploy local:mysql-1",
    "install",
    "cluster-relation-created",
    "leader-elected",
    "config-changed",
    "start",
  ]);

  const members = { "wordpress/1": 3, "wordpress/0": 1 };
  story.desired = desiredUnit({ relations: [peer, desiredRelation({ members })] });
  assert.deepEqual(story.rest(), [
    "db-relation-created",
    "cluster-relation-joined for mysql/1",
    "cluster-relation-changed for mysql/1",
    "db-relation-joined for wordpress/0",
    "db-relation-changed for wordpress/0",
    "db-relation-joined for wordpress/1",
    "db-relation-changed for wordpress/1",
  ]);

  story.later({ minutes: 5 });
  assert.deepEqual(story.rest(), ["update-status"]);
  story.later({ minutes: 4 });
  assert.deepEqual(story.rest(), []);

  const monitors = peerRelation({ id: 2, endpoint: "monitors", members: { "mysql/1": 1 } });
  const changed = desiredRelation({ members: { "wordpress/1": 4, "wordpress/0": 1 } });
  story.desired = desiredUnit({ charm: second, relations: [peer, changed, monitors] });
  assert.deepEqual(story.rest(), [
    "deploy local:mysql-2",
    "upgrade-charm",
    "config-changed",
    "monitors-relation-created",
    "db-relation-changed for wordpress/1",
    "monitors-relation-joined for mysql/1",
    "monitors-relation-changed for mysql/1",
  ]);

  story.desired = { ...story.desired, life: "dying" };
  assert.deepEqual(story.rest(), [
    "cluster-relation-departed for mysql/1",
    "forget 0",
    "db-relation-departed for wordpress/0",
    "db-relation-departed for wordpress/1",
    "db-relation-broken",
    "monitors-relation-departed for mysql/1",
    "forget 2",
    "stop",
    "remove",
    "finish",
  ]);
});

test("relations that are there from the start are created before leader-elected and joined after start", () => {
  const members = { "wordpress/0": 0 };
  const story = new Story(desiredUnit({ relations: [peer, desiredRelation({ members })] }));
  story.circumstances = circumstancesOf({ isLeader: true });

  assert.deepEqual(story.rest(), [
    "deploy local:mysql-1",
    "install",
    "cluster-relation-created",
    "db-relation-created",
    "leader-elected",
    "config-changed",
    "start",
    "cluster-relation-joined for mysql/1",
    "cluster-relation-changed for mysql/1",
    "db-relation-joined for wordpress/0",
    "db-relation-changed for wordpress/0",
  ]);
});

test("a unit hears that it leads each time that it begins to, and never that it has ceased to", () => {
  const story = settledStory();
  for (const isLeader of [true, false, false, true]) {
    story.circumstances = circumstancesOf({ isLeader });
    assert.deepEqual(story.rest(), isLeader ? ["leader-elected"] : []);
  }
});

test("a follower hears what the leader says, first of all that there is one, and each change once", () => {
  const story = settledStory();
  story.state = settledUnit({ leaderSettings: null });
  const says = (version: number) => {
    story.desired = desiredUnit({ "leader-settings-version": version });
    return story.rest();
  };
  assert.deepEqual(says(0), ["leader-settings-changed"]);
  assert.deepEqual([says(0), says(1), says(1)], [[], ["leader-settings-changed"], []]);

  story.circumstances = circumstancesOf({ isLeader: true });
  assert.deepEqual(says(2), ["leader-elected"]);
  assert.deepEqual(says(3), []);
  story.circumstances = circumstancesOf();
  assert.deepEqual([says(3), says(3)], [["leader-settings-changed"], []]);
});

test("a follower hears of the leader before it hears of its settings, and its relations before both", () => {
  const story = new Story(desiredUnit({ relations: [peerRelation()] }));
  story.state = newUnitState(epoch);
  assert.deepEqual(story.rest(), [
    ...["deploy local:mysql-1", "install", "cluster-relation-created"],
    ...["leader-settings-changed", "config-changed", "start"],
  ]);
});

test("a failed leader-settings-changed is told again of what was said meanwhile", () => {
  const story = settledStory();
  story.fails = ({ kind }) => kind === "leader-settings-changed";
  story.desired = desiredUnit({ "leader-settings-version": 1 });
  assert.deepEqual(story.rest(), ["leader-settings-changed fails"]);
  story.desired = desiredUnit({ "leader-settings-version": 2 });
  story.fails = () => false;
  story.later({ seconds: 5 });
  assert.deepEqual(story.rest(), ["leader-settings-changed", "leader-settings-changed"]);
});

test("leader-elected that failed or waits is not run on a unit that leads no longer", () => {
  const hook: Hook = { kind: "leader-elected" };
  for (const state of [failedUnit(hook), settledUnit({ queue: [hook] })]) {
    assert.deepEqual(decide(state, desiredUnit(), circumstancesOf()), { kind: "skip", hook });
  }
  const leading = circumstancesOf({ isLeader: true });
  assert.equal(decide(failedUnit(hook), desiredUnit(), leading).kind, "wait");
  assert.deepEqual(decide(settledUnit({ queue: [hook] }), desiredUnit(), leading), {
    ...{ kind: "run", hook },
  });
});

test("changed settings are told once", () => {
  const story = settledStory();
  story.circumstances = circumstancesOf({ configHash: "two" });

  assert.deepEqual(story.rest(), ["config-changed"]);
  assert.deepEqual(story.rest(), []);
});

test("a new charm goes before changed settings, relations and update-status", () => {
  const story = settledStory();
  const ending = desiredRelation({ id: 3, endpoint: "old" });
  story.desired = desiredUnit({ relations: [ending] });
  assert.deepEqual(story.rest(), ["old-relation-created"]);
  story.circumstances = circumstancesOf({ configHash: "two" });
  story.later({ hours: 1 });
  const relations = [{ ...ending, life: "dying" }, desiredRelation({ id: 4 })];
  story.desired = desiredUnit({ charm: second, relations });

  assert.deepEqual(story.rest(), [
    "deploy local:mysql-2",
    "upgrade-charm",
    "config-changed",
    "db-relation-created",
    "old-relation-broken",
    "update-status",
  ]);
});

test("new resources for the same charm run upgrade-charm as a new charm does", () => {
  const story = settledStory();
  story.desired = desiredUnit({ charm: { "modified-version": 2 } });

  assert.deepEqual(story.rest(), ["deploy local:mysql-1", "upgrade-charm", "config-changed"]);
});

test("config-changed follows upgrade-charm even if no setting has changed", () => {
  const story = settledStory();
  story.desired = desiredUnit({ charm: second });

  assert.deepEqual(story.rest().slice(1), ["upgrade-charm", "config-changed"]);
});

test("a unit that goes before it was installed has nothing to clean up", () => {
  const story = new Story(desiredUnit({ life: "dying" }));

  assert.deepEqual(story.rest(), ["finish"]);
});

test("a unit that goes between its first hooks ends what follows from them, and then goes", () => {
  const story = new Story(desiredUnit({ relations: [desiredRelation()] }));
  while (story.state.queue[0]?.kind !== "start") story.step();
  assert.deepEqual(story.told, [...installed.slice(0, 2), "db-relation-created", "config-changed"]);

  story.desired = { ...story.desired, life: "dying" };
  assert.deepEqual(story.rest(), ["start", "db-relation-broken", "stop", "remove", "finish"]);
});

test("a unit that goes gets no new charm, no settings and no leadership any more", () => {
  const story = settledStory();
  story.circumstances = circumstancesOf({ configHash: "two", isLeader: true });
  story.later({ hours: 1 });
  story.desired = desiredUnit({ charm: second, life: "dying", relations: [desiredRelation()] });

  assert.deepEqual(story.rest(), ["stop", "remove", "finish"]);
});

test("a unit whose hook has failed runs no other, goes on when it is resolved, and only then goes", () => {
  const story = settledStory();
  story.fails = () => true;
  story.circumstances = circumstancesOf({ configHash: "two", retriesHooks: false });
  assert.deepEqual(story.rest(), ["config-changed fails"]);

  story.desired = desiredUnit({ life: "dying", relations: [desiredRelation()] });
  story.later({ hours: 1 });
  assert.deepEqual(story.rest(), []);
  story.desired = { ...story.desired, resolved: "no-retry" };
  story.fails = () => false;
  assert.deepEqual(story.rest(), ["skip config-changed hook", "stop", "remove", "finish"]);
});

test("a failed hook is tried again when its time comes, unless the model says otherwise", () => {
  const state = failedUnit({ kind: "start" });
  const late = epoch.add({ seconds: 5 });
  const decideAt = (now: Temporal.Instant, retriesHooks: boolean) =>
    decide(state, desiredUnit(), circumstancesOf({ now, retriesHooks }));

  assert.deepEqual(decideAt(epoch, true), { kind: "wait", until: late });
  assert.deepEqual(decideAt(late, true), { kind: "run", hook: { kind: "start" } });
  assert.deepEqual(decideAt(late, false), { kind: "wait", until: null });
});

test("what is resolved runs again at once or is taken as done, with what follows from it", () => {
  for (const [resolved, expected] of [
    ["retry", ["upgrade-charm", "config-changed"]],
    ["no-retry", ["skip upgrade-charm hook", "config-changed"]],
  ] as const) {
    const story = settledStory();
    story.circumstances = circumstancesOf({ retriesHooks: false });
    story.fails = ({ kind }) => kind === "upgrade-charm";
    story.desired = desiredUnit({ charm: second });
    assert.deepEqual(story.rest(), ["deploy local:mysql-2", "upgrade-charm fails"]);

    story.fails = () => false;
    story.desired = { ...story.desired, resolved };
    assert.deepEqual(story.rest(), expected);
    assert.equal(story.desired.resolved, "");
  }
});

test("a mark that resolves nothing is taken away before it can resolve what fails next", () => {
  const operation = failedUnit({ kind: "start" }).operation;
  const states = [
    newUnitState(epoch),
    settledUnit(),
    settledUnit({ queue: [{ kind: "start" }] }),
    settledUnit({ operation }),
  ];
  for (const resolved of ["retry", "no-retry"]) {
    for (const state of states) {
      const decision = decide(state, desiredUnit({ resolved }), circumstancesOf());
      assert.deepEqual(decision, { kind: "unmark" });
    }
  }
});

test("relation-joined that is taken as done is followed by relation-changed all the same", () => {
  const story = settledStory();
  story.fails = ({ kind }) => kind === "relation-joined";
  story.desired = desiredUnit({ relations: [desiredRelation({ members: { "wordpress/0": 1 } })] });
  assert.deepEqual(story.rest(), [
    "db-relation-created",
    "db-relation-joined for wordpress/0 fails",
  ]);

  story.desired = { ...story.desired, resolved: "no-retry" };
  assert.deepEqual(story.rest(), [
    "skip db-relation-joined hook for wordpress/0",
    "db-relation-changed for wordpress/0",
  ]);
});

test("whatever was under way when the agent died goes first", () => {
  const operation = failedUnit({ kind: "start" }).operation;
  const state = settledUnit({ operation, queue: [{ kind: "config-changed" }] });
  for (const desired of [desiredUnit(), desiredUnit({ life: "dying", charm: second })]) {
    assert.deepEqual(decide(state, desired, circumstancesOf()), { kind: "resume" });
  }
});

test("an idle unit waits for its next update-status", () => {
  const until = epoch.add({ minutes: 5 });

  assert.deepEqual(decide(settledUnit(), desiredUnit(), circumstancesOf()), {
    ...{ kind: "wait", until },
  });
});

test("a suspended relation ends for the charm, and begins anew when it is resumed", () => {
  const members = { "wordpress/0": 1 };
  const story = settledStory();
  story.desired = desiredUnit({ relations: [desiredRelation({ members })] });
  const begin = ["db-relation-created", "db-relation-joined for wordpress/0"];
  assert.deepEqual(story.rest(), [...begin, "db-relation-changed for wordpress/0"]);

  story.desired = desiredUnit({ relations: [desiredRelation({ members, suspended: true })] });
  assert.deepEqual(story.rest(), ["db-relation-departed for wordpress/0", "db-relation-broken"]);
  story.desired = desiredUnit({ relations: [desiredRelation({ members })] });
  assert.deepEqual(story.rest().slice(0, 2), begin);
});

test("a relation that was never created for the charm does not end for it either", () => {
  for (const over of [{ life: "dying" }, { suspended: true }]) {
    const story = settledStory();
    story.desired = desiredUnit({ relations: [desiredRelation(over)] });
    assert.deepEqual(story.rest(), []);
  }
});

test("a relation hook that has failed is tried again as it was", () => {
  const hook = relationHook("relation-departed", {
    ...{ remoteUnit: "wordpress/0", departingUnit: "wordpress/0" },
  });
  const now = epoch.add({ seconds: 5 });

  assert.deepEqual(decide(failedUnit(hook), desiredUnit(), circumstancesOf({ now })), {
    ...{ kind: "run", hook },
  });
});

function settledStory(): Story {
  const story = new Story(desiredUnit());
  assert.deepEqual(story.rest(), installed);
  return story;
}
