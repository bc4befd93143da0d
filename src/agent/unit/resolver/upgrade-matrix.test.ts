/** What becomes of a unit whose application gets a new charm, whatever state the unit is in. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Hook } from "../hook.ts";
import { newUnitState, type UnitState } from "../state.ts";
import {
  circumstancesOf,
  desiredRelation,
  desiredUnit,
  epoch,
  failedUnit,
  relationHook,
  Story,
  settledUnit,
} from "../testing.ts";

const upgrade = ["deploy local:mysql-2", "upgrade-charm", "config-changed"];
const changed = relationHook("relation-changed", { remoteUnit: "wordpress/0", version: 4 });
const relations = {
  1: {
    ...{ endpoint: "db", remoteApplication: "wordpress", isPeer: false, isCreated: true },
    ...{ members: { "wordpress/0": 3 }, applicationVersion: 0 },
  },
};
const related = desiredRelation({ members: { "wordpress/0": 4 } });
const notInstalled = { isInstalled: false, isStarted: false, isSettled: false, configHash: "" };

interface Row {
  readonly name: string;
  readonly state: UnitState;
  readonly life?: string;
  /** What happens at once, and what when the failed hook's time has come. */
  readonly unforced: readonly [now: readonly string[], later: readonly string[]];
  readonly forced: readonly [now: readonly string[], later: readonly string[]];
}

const over = (hook: string, ...rest: string[]) => ["deploy local:mysql-2", hook, ...rest];

const rows: readonly Row[] = [
  {
    name: "an idle unit upgrades at once",
    state: settledUnit(),
    unforced: [upgrade, []],
    forced: [upgrade, []],
  },
  {
    name: "a unit with a hook still to run upgrades after that",
    state: settledUnit({ relations, queue: [changed] }),
    unforced: [["db-relation-changed for wordpress/0", ...upgrade], []],
    forced: [["db-relation-changed for wordpress/0", ...upgrade], []],
  },
  {
    name: "a unit whose hook was running when the agent died upgrades after that",
    state: settledUnit({
      relations,
      operation: { kind: "hook", hook: changed, context: "c", failures: 0, configHash: "one" },
    }),
    unforced: [["db-relation-changed for wordpress/0", ...upgrade], []],
    forced: [["db-relation-changed for wordpress/0", ...upgrade], []],
  },
  {
    name: "a unit whose relation hook has failed upgrades when that is tried again, and goes on with it",
    state: failedUnit(changed, { relations }),
    unforced: [[], over("db-relation-changed for wordpress/0")],
    forced: [over("db-relation-changed for wordpress/0"), []],
  },
  {
    name: "a unit whose config-changed has failed upgrades when that is tried again",
    state: failedUnit({ kind: "config-changed" }),
    unforced: [[], over("config-changed")],
    forced: [over("config-changed"), []],
  },
  {
    name: "a unit whose upgrade-charm has failed stays with its charm unless it is forced",
    state: failedUnit({ kind: "upgrade-charm" }, { isSettled: false }),
    unforced: [[], ["upgrade-charm", "config-changed", ...upgrade]],
    forced: [upgrade, []],
  },
  {
    name: "a unit whose install has failed goes on with its charm unless it is forced",
    state: failedUnit({ kind: "install" }, notInstalled),
    unforced: [[], ["install", ...upgrade, "start"]],
    forced: [over("install", "config-changed", "start"), []],
  },
  {
    name: "a unit that never started upgrades after its failed hook unless it is forced",
    state: failedUnit({ kind: "start" }, { isStarted: false, isSettled: false }),
    unforced: [[], ["start", ...upgrade]],
    forced: [over("start"), []],
  },
  {
    name: "a unit that has not begun to install begins with the charm that is desired now",
    state: { ...newUnitState(epoch), leaderSettings: 0 },
    unforced: [over("install", "config-changed", "start"), []],
    forced: [over("install", "config-changed", "start"), []],
  },
  {
    name: "a unit that could not put the charm before in place goes to the one that is desired now",
    state: settledUnit({ operation: deployOf("local:mysql-9", null) }),
    unforced: [upgrade, []],
    forced: [upgrade, []],
  },
  {
    name: "a unit that goes does not upgrade",
    state: settledUnit(),
    life: "dying",
    unforced: [["stop", "remove", "finish"], []],
    forced: [["stop", "remove", "finish"], []],
  },
  {
    name: "a unit that goes and whose hook has failed does not upgrade",
    state: failedUnit({ kind: "config-changed" }),
    life: "dying",
    unforced: [[], ["config-changed", "stop", "remove", "finish"]],
    forced: [[], ["config-changed", "stop", "remove", "finish"]],
  },
];

for (const { name, state, life = "alive", unforced, forced } of rows) {
  for (const [force, [atOnce, later]] of [
    [false, unforced],
    [true, forced],
  ] as const) {
    test(`${name}${force ? " (forced)" : ""}`, () => {
      const charm = { url: "local:mysql-2", "modified-version": 2, force };
      const isRelated = state.relations[1] !== undefined;
      const story = new Story(desiredUnit({ charm, life, relations: isRelated ? [related] : [] }));
      story.state = state;
      assert.deepEqual(story.rest(), atOnce);
      story.later({ seconds: 5 });
      assert.deepEqual(story.rest(), later);
      assert.ok(life !== "alive" || story.state.isSettled);
    });
  }
}

test("a failed hook that the operator takes as done makes way for a whole upgrade", () => {
  const story = storyOf({ kind: "config-changed" }, { resolved: "no-retry" });

  assert.deepEqual(story.rest(), ["skip config-changed hook", ...upgrade]);
});

test("a failed hook that the operator tries again runs the charm that is there", () => {
  const story = storyOf({ kind: "config-changed" }, { resolved: "retry" });

  assert.deepEqual(story.rest(), ["config-changed", ...upgrade]);
});

test("new resources alone do not reach a unit whose hook has failed before that has passed", () => {
  for (const force of [false, true]) {
    const charm = { "modified-version": 2, force };
    const story = storyOf(
      { kind: "config-changed" },
      { charm: { url: "local:mysql-1", ...charm } },
    );
    assert.deepEqual(story.rest(), []);
    story.later({ seconds: 5 });
    const resources = ["deploy local:mysql-1", "upgrade-charm", "config-changed"];
    assert.deepEqual(story.rest(), ["config-changed", ...resources]);
  }
});

test("where hooks are not tried again, a failed one keeps the old charm until it is resolved", () => {
  const story = storyOf({ kind: "config-changed" }, {});
  story.circumstances = circumstancesOf({ retriesHooks: false });
  story.later({ hours: 1 });

  assert.deepEqual(story.rest(), []);
});

test("a hook that was taken over by a new charm and fails there is taken over again", () => {
  const story = storyOf({ kind: "config-changed" }, { charm: { url: "local:mysql-2" } });
  story.fails = () => true;
  story.later({ seconds: 5 });
  assert.deepEqual(story.rest(), ["deploy local:mysql-2", "config-changed fails"]);

  story.fails = () => false;
  story.desired = desiredUnit({ charm: { url: "local:mysql-3", "modified-version": 3 } });
  story.later({ seconds: 5 });
  assert.deepEqual(story.rest(), ["deploy local:mysql-3", "config-changed"]);
});

test("a hook that a new charm took over from the queue runs once", () => {
  const story = storyOf({ kind: "config-changed" }, { charm: { force: true } });
  story.state = { ...story.state, queue: [{ kind: "config-changed" }], isSettled: false };

  assert.deepEqual(story.rest(), ["deploy local:mysql-2", "config-changed"]);
});

function storyOf(hook: Hook, change: Parameters<typeof desiredUnit>[0]): Story {
  const charm = { url: "local:mysql-2", "modified-version": 2, ...change?.charm };
  const story = new Story(desiredUnit({ ...change, charm }));
  story.state = failedUnit(hook);
  return story;
}

function deployOf(url: string, interrupted: Hook | null) {
  const charm = { url, modifiedVersion: 9, sha256: "", size: 0 };
  return { kind: "deploy", charm, interrupted } as const;
}
