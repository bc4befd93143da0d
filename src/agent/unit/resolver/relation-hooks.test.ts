import assert from "node:assert/strict";
import { test } from "node:test";
import { describeHook, type RelationHook } from "../hook.ts";
import type { KnownRelation } from "../state.ts";
import { desiredRelation, desiredUnit, peerRelation, settledUnit } from "../testing.ts";
import { nextRelationNews, relationsToCreate, teardownNews } from "./relation-hooks.ts";

test("relations are created in the order in which they are desired, each under its own endpoint", () => {
  const relations = [peerRelation(), desiredRelation({ id: 7 }), desiredRelation({ id: 3 })];
  const state = settledUnit({ relations: { 3: known() } });

  const hooks = relationsToCreate(state, desiredUnit({ relations }));
  assert.deepEqual(hooks.map(summary), [
    ["cluster-relation-created hook", 0, "mysql", true],
    ["db-relation-created hook", 7, "wordpress", false],
  ]);
});

test("a relation of which the charm knows nothing has no news until it is created", () => {
  const members = { "wordpress/0": 1 };
  for (const change of [{ members }, { life: "dying" }, { suspended: true }]) {
    assert.equal(newsOf(desiredRelation(change), undefined), undefined);
  }
});

test("who has gone departs before the application's news, before who joins, before who changed", () => {
  const desired = {
    members: { "wordpress/3": 1, "wordpress/2": 1, "wordpress/1": 5 },
    "application-version": 2,
  };
  const told: string[] = [];
  let members: Record<string, number> = { "wordpress/9": 1, "wordpress/10": 1, "wordpress/1": 4 };
  let applicationVersion = 1;
  for (let round = 0; round < 6; round++) {
    const hook = hookOf(desiredRelation(desired), known({ members, applicationVersion }));
    told.push(describeHook(hook));
    const { [hook.remoteUnit]: _, ...others } = members;
    if (hook.kind === "relation-departed") members = others;
    else if (hook.remoteUnit === "") applicationVersion = hook.version;
    else members = { ...others, [hook.remoteUnit]: hook.version };
  }

  assert.deepEqual(told, [
    "db-relation-departed hook for wordpress/10",
    "db-relation-departed hook for wordpress/9",
    "db-relation-changed hook",
    "db-relation-joined hook for wordpress/2",
    "db-relation-joined hook for wordpress/3",
    "db-relation-changed hook for wordpress/1",
  ]);
  const last = known({ members, applicationVersion });
  assert.equal(newsOf(desiredRelation(desired), last), undefined);
});

test("settings that an application never had are no news", () => {
  assert.equal(newsOf(desiredRelation({ "application-version": 0 }), known()), undefined);
});

test("a hook carries the version of the settings that it is about", () => {
  const relation = desiredRelation({ members: { "wordpress/0": 5 }, "application-version": 3 });

  assert.equal(hookOf(relation, known()).version, 3);
  const joined = hookOf(relation, known({ applicationVersion: 3 }));
  assert.deepEqual([joined.kind, joined.version], ["relation-joined", 5]);
  const changed = hookOf(relation, known({ applicationVersion: 3, members: { "wordpress/0": 4 } }));
  assert.deepEqual([changed.kind, changed.version], ["relation-changed", 5]);
});

test("whoever comes back to a relation with older settings is heard all the same", () => {
  const relation = desiredRelation({ members: { "wordpress/0": 1 }, "application-version": 1 });
  const newer = { members: { "wordpress/0": 4 }, applicationVersion: 2 };

  assert.equal(hookOf(relation, known(newer)).remoteUnit, "");
  const changed = hookOf(relation, known({ ...newer, applicationVersion: 1 }));
  assert.deepEqual([changed.kind, changed.remoteUnit], ["relation-changed", "wordpress/0"]);
});

test("in a relation that is removed or suspended the others depart, not this unit, and it is broken", () => {
  const members = { "wordpress/1": 1, "wordpress/0": 1 };
  for (const over of [{ life: "dying" }, { life: "dead" }, { suspended: true }]) {
    const relation = desiredRelation({ members, ...over });
    const departed = hookOf(relation, known({ members }));
    assert.deepEqual(
      [departed.kind, departed.remoteUnit, departed.departingUnit],
      ["relation-departed", "wordpress/0", "wordpress/0"],
    );
    const broken = hookOf(relation, known());
    assert.deepEqual([broken.kind, broken.remoteUnit], ["relation-broken", ""]);
  }
});

test("when this unit goes it is the one that departs, whoever each hook is about", () => {
  const members = { "wordpress/0": 1 };
  const news = teardownNews("mysql/0", settledUnit({ relations: { 1: known({ members }) } }));

  assert.ok(news?.kind === "hook");
  const { kind, remoteUnit, departingUnit } = news.hook;
  assert.deepEqual(
    [kind, remoteUnit, departingUnit],
    ["relation-departed", "wordpress/0", "mysql/0"],
  );
});

test("a unit that goes leaves its relations in the order of their ids", () => {
  const relations = { 10: known(), 9: known({ endpoint: "web" }) };
  const news = teardownNews("mysql/0", settledUnit({ relations }));

  assert.ok(news?.kind === "hook");
  assert.deepEqual([news.hook.kind, news.hook.relation], ["relation-broken", 9]);
  assert.equal(teardownNews("mysql/0", settledUnit()), undefined);
});

test("a relation among peers is over when all have departed, and no hook says so", () => {
  const peers = known({ endpoint: "cluster", isPeer: true, remoteApplication: "mysql" });
  const over = { kind: "over", relation: 0 };

  assert.deepEqual(newsOf(peerRelation({ life: "dying" }), peers), over);
  assert.deepEqual(teardownNews("mysql/0", settledUnit({ relations: { 0: peers } })), over);
  const present = settledUnit({ relations: { 0: peers } });
  assert.deepEqual(nextRelationNews(present, desiredUnit()), over);
});

test("a relation that the controller has forgotten ends as one that dies, and after all others' news", () => {
  const members = { "wordpress/0": 1 };
  const state = settledUnit({ relations: { 1: known({ members }), 2: known() } });
  const relations = [desiredRelation({ id: 2, members: { "blog/0": 1 } })];

  const first = nextRelationNews(state, desiredUnit({ relations }));
  assert.ok(first?.kind === "hook" && first.hook.relation === 2);
  const quiet = nextRelationNews(state, desiredUnit({ relations: [desiredRelation({ id: 2 })] }));
  assert.ok(quiet?.kind === "hook");
  assert.deepEqual(
    [quiet.hook.kind, quiet.hook.relation, quiet.hook.departingUnit, quiet.hook.endpoint],
    ["relation-departed", 1, "wordpress/0", "db"],
  );
});

test("the relation that is desired first has its news told first", () => {
  const relations = [
    desiredRelation({ id: 5, members: { "blog/0": 1 } }),
    desiredRelation({ id: 2, life: "dying" }),
  ];
  const state = settledUnit({ relations: { 2: known(), 5: known() } });

  const news = nextRelationNews(state, desiredUnit({ relations }));
  assert.ok(news?.kind === "hook" && news.hook.relation === 5);
});

function known(change: Partial<KnownRelation> = {}): KnownRelation {
  return {
    ...{ endpoint: "db", remoteApplication: "wordpress", isPeer: false, isCreated: true },
    ...{ members: {}, applicationVersion: 0, ...change },
  };
}

function newsOf(relation: ReturnType<typeof desiredRelation>, has: KnownRelation | undefined) {
  const relations = has === undefined ? {} : { [relation.id]: has };
  return nextRelationNews(settledUnit({ relations }), desiredUnit({ relations: [relation] }));
}

function hookOf(relation: ReturnType<typeof desiredRelation>, has: KnownRelation): RelationHook {
  const news = newsOf(relation, has);
  assert.ok(news?.kind === "hook");
  return news.hook;
}

function summary(hook: RelationHook) {
  return [describeHook(hook), hook.relation, hook.remoteApplication, hook.isPeer];
}
