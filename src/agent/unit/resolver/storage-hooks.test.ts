import assert from "node:assert/strict";
import { test } from "node:test";
import type { DesiredStorage } from "#contract/machine-agent.ts";
import { circumstancesOf, desiredRelation, desiredUnit, Story, settledUnit } from "../testing.ts";

const location = "/srv/data";
const has = (id: string) => ({ [id]: { store: "data", kind: "filesystem", location } });
const ready = (...ids: readonly string[]) =>
  circumstancesOf({ storage: new Map(ids.map((id) => [id, location])) });

test("install waits until the charm has heard of all storage that the unit is to have", () => {
  const story = new Story(desiredUnit({ storage: [desired("data/0"), desired("data/1")] }));
  assert.deepEqual(story.rest(), ["deploy local:mysql-1"]);
  story.circumstances = ready("data/0");
  assert.deepEqual(story.rest(), ["data-storage-attached"]);
  story.circumstances = ready("data/0", "data/1");
  assert.deepEqual(story.rest(), ["data-storage-attached", "install", "config-changed", "start"]);
  assert.deepEqual(story.state.storage, { ...has("data/0"), ...has("data/1") });
});

test("a unit that goes before it is installed gives back what it has heard of, and no more", () => {
  const story = new Story(desiredUnit({ storage: [desired("data/0"), desired("data/1")] }));
  story.circumstances = ready("data/0");
  story.rest();
  story.desired = desiredUnit({ life: "dying", storage: [dying("data/0"), dying("data/1")] });
  assert.deepEqual(story.rest(), ["data-storage-detaching", "finish"]);
});

test("storage comes after relations are created and before settings are told", () => {
  const story = new Story(
    desiredUnit({ relations: [desiredRelation()], storage: [desired("data/0")] }),
  );
  story.state = settledUnit();
  story.circumstances = { ...ready("data/0"), configHash: "two" };
  assert.deepEqual(story.rest(), [
    "db-relation-created",
    "data-storage-attached",
    "config-changed",
  ]);
});

test("storage of a store that only the new charm has is heard of after the upgrade", () => {
  const charm = { url: "local:mysql-2", "modified-version": 2 };
  const story = new Story(desiredUnit({ charm, storage: [desired("data/0")] }));
  story.state = settledUnit();
  story.circumstances = ready("data/0");
  assert.deepEqual(story.rest(), [
    ...["deploy local:mysql-2", "upgrade-charm", "config-changed", "data-storage-attached"],
  ]);
});

test("what is taken away is heard of before what is given", () => {
  const story = new Story(desiredUnit({ storage: [dying("data/0"), desired("data/1")] }));
  story.state = settledUnit({ storage: has("data/0") });
  story.circumstances = ready("data/1");
  const [first, second] = [step(story), step(story)];
  assert.deepEqual([first, second], ["data-storage-detaching", "release data/0"]);
  assert.deepEqual(story.rest(), ["data-storage-attached"]);
});

test("what is taken away again before the charm has heard of it goes without a hook", () => {
  const story = new Story(desiredUnit({ storage: [dying("data/0")] }));
  story.state = settledUnit();
  assert.deepEqual(story.rest(), ["release data/0"]);
});

test("a unit that goes gives its storage back after its relations and before it stops", () => {
  const story = new Story(desiredUnit({ life: "dying", storage: [dying("data/0")] }));
  const known = { endpoint: "db", remoteApplication: "wordpress", isPeer: false, isCreated: true };
  story.state = settledUnit({
    storage: has("data/0"),
    relations: { 1: { ...known, members: {}, applicationVersion: 0 } },
  });
  assert.deepEqual(story.rest(), [
    ...["db-relation-broken", "data-storage-detaching", "stop", "remove", "finish"],
  ]);
});

test("a hook that has failed is tried again before storage is heard of", () => {
  const story = new Story(desiredUnit({ storage: [desired("data/0")] }));
  story.state = settledUnit();
  story.circumstances = { ...ready("data/0"), configHash: "two" };
  story.fails = ({ kind }) => kind === "storage-attached";
  assert.deepEqual(story.rest(), ["data-storage-attached fails"]);
  story.fails = () => false;
  story.later({ seconds: 10 });
  assert.deepEqual(story.rest(), ["data-storage-attached", "config-changed"]);
});

function desired(id: string, change: Partial<DesiredStorage> = {}): DesiredStorage {
  return {
    ...{ id, store: "data", kind: "filesystem", life: "alive", provider: "local" },
    ...{ source: "", location: "", size: 1024, ...change },
  };
}

function dying(id: string): DesiredStorage {
  return desired(id, { life: "dying" });
}

function step(story: Story): string | undefined {
  story.step();
  return story.told[0];
}
