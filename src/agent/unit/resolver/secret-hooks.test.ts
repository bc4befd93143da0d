import assert from "node:assert/strict";
import { test } from "node:test";
import type { DesiredUnit } from "#contract/machine-agent.ts";
import type { SecretHook } from "../hook.ts";
import { hookEnvironment } from "../run/environment.ts";
import { circumstancesOf, desiredUnit, epoch, failedUnit, Story, settledUnit } from "../testing.ts";
import { decide } from "./resolver.ts";

type Secrets = DesiredUnit["secrets"];

const owned = {
  ...{ id: "a".repeat(20), label: "db", application: true, revision: 3 },
  ...{ rotates: "", expiring: [], obsolete: [] },
};
const read = { id: "b".repeat(20), label: "mine", revision: 2 };

/** A unit that has started, and is to hear of this. */
function storyOf(secrets: Partial<Secrets>, isLeader = true): Story {
  const story = new Story(desiredUnit({ secrets: { owned: [], read: [], ...secrets } }));
  story.state = settledUnit({ isLeader });
  story.circumstances = circumstancesOf({ isLeader });
  return story;
}

function withSecrets(story: Story, secrets: Partial<Secrets>): void {
  story.desired = desiredUnit({ secrets: { owned: [], read: [], ...secrets } });
}

test("a unit hears once of each later revision of what it reads", () => {
  const story = storyOf({ read: [read] });
  assert.deepEqual(story.rest(), ["secret-changed"]);
  assert.deepEqual(story.rest(), []);
  withSecrets(story, { read: [{ ...read, revision: 3 }] });
  assert.deepEqual(story.rest(), ["secret-changed"]);
});

test("the owner hears once of each revision that nobody reads", () => {
  const story = storyOf({ owned: [{ ...owned, obsolete: [1] }] });
  assert.deepEqual(story.rest(), ["secret-remove"]);
  withSecrets(story, { owned: [{ ...owned, obsolete: [1, 2] }] });
  assert.deepEqual(story.rest(), ["secret-remove"]);
});

test("it is time to rotate when it is time, and again soon as long as the controller says so", () => {
  const rotates = `${epoch.add({ seconds: 60 })}`;
  const story = storyOf({ owned: [{ ...owned, rotates }] });
  assert.deepEqual(story.rest(), []);
  const decision = decide(story.state, story.desired, story.circumstances);
  assert.deepEqual(decision, { kind: "wait", until: epoch.add({ seconds: 60 }) });
  story.later({ seconds: 60 });
  assert.deepEqual(story.rest(), ["secret-rotate"]);
  story.later({ seconds: 200 });
  assert.deepEqual(story.rest(), []);
  story.later({ seconds: 100 });
  assert.deepEqual(
    story.rest().filter((each) => each !== "update-status"),
    ["secret-rotate"],
  );
});

test("a revision that has ended is told until it is removed", () => {
  const story = storyOf({ owned: [{ ...owned, expiring: [{ revision: 1, at: `${epoch}` }] }] });
  assert.deepEqual(story.rest(), ["secret-expired"]);
  story.later({ minutes: 4 });
  assert.deepEqual(story.rest(), []);
  story.later({ minutes: 1 });
  assert.deepEqual(
    story.rest().filter((each) => each !== "update-status"),
    ["secret-expired"],
  );
  withSecrets(story, {});
  story.later({ hours: 1 });
  assert.deepEqual(story.rest(), ["update-status"]);
});

test("of an application's secret only the leader hears, and a hook that failed passes with the lead", () => {
  const secrets = { owned: [{ ...owned, obsolete: [1] }], read: [] };
  assert.deepEqual(storyOf(secrets, false).rest(), []);
  const own = { owned: [{ ...owned, application: false, obsolete: [1] }] };
  assert.deepEqual(storyOf(own, false).rest(), ["secret-remove"]);
  const hook: SecretHook = {
    ...{ kind: "secret-remove", secret: owned.id, label: "", revision: 1 },
    ...{ ofApplication: true, due: "" },
  };
  const failed = failedUnit(hook);
  const decision = decide(failed, desiredUnit({ secrets }), circumstancesOf({ isLeader: false }));
  assert.deepEqual(decision, { kind: "skip", hook });
});

test("secrets come after leadership, and before a new charm and new settings", () => {
  const story = storyOf({ read: [read] });
  story.state = settledUnit({ isLeader: false });
  const charm = { url: "local:mysql-2", "modified-version": 2 };
  story.desired = { ...desiredUnit({ charm }), secrets: { owned: [], read: [read] } };
  assert.deepEqual(story.rest().slice(0, 3), [
    "leader-elected",
    "secret-changed",
    "deploy local:mysql-2",
  ]);
});

test("a unit that has not started, or that goes, hears nothing of secrets", () => {
  const story = storyOf({ read: [read] });
  story.state = settledUnit({ isStarted: false, isLeader: true });
  assert.deepEqual(story.rest(), []);
  const going = storyOf({ read: [read] });
  going.desired = { ...going.desired, life: "dying" };
  assert.deepEqual(going.rest(), ["stop", "remove", "finish"]);
});

test("a hook knows its secret, and its revision where that is to go", () => {
  const hook: SecretHook = {
    ...{ kind: "secret-remove", secret: owned.id, label: "db", revision: 1 },
    ...{ ofApplication: true, due: "" },
  };
  const desired = { model: { name: "shop", uuid: "u", config: {} }, "api-addresses": [] };
  const setting = {
    ...{ unit: "mysql/0", principal: "", machine: "0", version: "3.6.100", socket: "" },
    ...{ paths: { charm: "", tools: "" }, systemPath: "", desired },
  };
  const pick = (kind: SecretHook["kind"]) => {
    const all = hookEnvironment(setting, { ...hook, kind }, "c");
    return ["ID", "LABEL", "REVISION"].map((name) => all[`JUJU_SECRET_${name}`]);
  };
  assert.deepEqual(pick("secret-remove"), [`secret:${owned.id}`, "db", "1"]);
  assert.deepEqual(pick("secret-expired"), [`secret:${owned.id}`, "db", "1"]);
  assert.deepEqual(pick("secret-changed"), [`secret:${owned.id}`, "db", undefined]);
  assert.deepEqual(pick("secret-rotate"), [`secret:${owned.id}`, "db", undefined]);
});
