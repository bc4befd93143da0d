/** Workers and watchers look again only when they are told, so a row that changes must be told of. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Chance } from "#base/testing.ts";
import * as changes from "#store/changes.ts";
import { openSqlite } from "#store/sqlite.ts";
import { Store } from "#store/store.ts";
import { toTopic } from "../desired/desired.ts";
import { addBinaries, newBusyModel, takeStep } from "../desired/testing.ts";
import { migrations } from "../schema.ts";
import { after, rowsOf } from "../testing.ts";

const seeds = process.env.CI ? 15 : 5;
const stepsPerSeed = 30;

type Row = Readonly<Record<string, unknown>>;

/** What a row's change is known by; undefined for one that goes with what is known otherwise. */
const topicOf: Readonly<Record<string, (row: Row, isThere: boolean) => string | undefined>> = {
  application: ({ name }) => toTopic("application", `${name}`),
  application_settings: ({ application }) => toTopic("application", `${application}`),
  charm: ({ url }) => toTopic("charm", `${url}`),
  leader_settings: ({ application }) => toTopic("leader_settings", `${application}`),
  leadership: ({ application }) => toTopic("leadership", `${application}`),
  machine: ({ id }) => toTopic("machine", `${id}`),
  machine_upgrade: ({ machine }) => toTopic("machine", `${machine}`),
  metric: ({ unit }, isThere) => (isThere ? toTopic("metric", `${unit}`) : undefined),
  model: ({ uuid }) => toTopic("model", `${uuid}`),
  payload: ({ unit }, isThere) => (isThere ? toTopic("payload", `${unit}`) : undefined),
  port: ({ unit }, isThere) => (isThere ? toTopic("port", `${unit}`) : undefined),
  relation: ({ id }) => toTopic("relation", `${id}`),
  relation_endpoint: ({ relation }) => toTopic("relation", `${relation}`),
  relation_member: ({ relation }) => toTopic("relation", `${relation}`),
  rollout: ({ id }) => toTopic("rollout", `${id}`),
  rollout_member: ({ rollout }) => toTopic("rollout", `${rollout}`),
  secret: ({ id }) => toTopic("secret", `${id}`),
  secret_consumer: ({ secret }) => toTopic("secret", `${secret}`),
  secret_grant: ({ secret }) => toTopic("secret", `${secret}`),
  secret_revision: ({ secret }) => toTopic("secret", `${secret}`),
  storage_attachment: ({ unit }) => toTopic("unit", `${unit}`),
  storage_constraint: ({ application }) => toTopic("application", `${application}`),
  storage_instance: ({ id }) => toTopic("storage_instance", `${id}`),
  storage_pool: ({ name }) => toTopic("storage_pool", `${name}`),
  filesystem: ({ storage }) => toTopic("storage_instance", `${storage}`),
  status: ({ entity }, isThere) => (isThere ? toTopic("status", `${entity}`) : undefined),
  operation: ({ id }) => toTopic("operation", `${id}`),
  task: (row) => toTopic("task", `${row.receiver_kind} ${row.receiver}`),
  task_message: ({ task }, isThere) => (isThere ? toTopic("task_message", `${task}`) : undefined),
  unit: ({ name }) => toTopic("unit", `${name}`),
};

test("whatever row of a model changes, its kind and its name are told", async () => {
  await using store = await Store.open(openSqlite(":memory:"), migrations);
  await addBinaries(store);
  for (let seed = 1; seed <= seeds; seed++) {
    const model = `seed-${seed}`;
    await newBusyModel(store, model);
    const chance = new Chance(seed);
    let before = await rowsOf(store, model);
    for (let count = 0; count < stepsPerSeed; count++) {
      const seq = await store.latestChange(model);
      const step = await takeStep(store, model, { chance, now: after(count) });
      const then = await rowsOf(store, model);
      const told = await store.read(model, (tx) => changes.after(tx, seq));
      const known = new Set(told.map(({ kind, id }) => toTopic(kind, id)));
      const missing = topicsOfDifference(before, then).filter((topic) => !known.has(topic));
      assert.deepEqual(missing, [], `seed ${seed}, step ${count}: ${step}`);
      before = then;
    }
  }
});

type Rows = Awaited<ReturnType<typeof rowsOf>>;

function topicsOfDifference(before: Rows, then: Rows): string[] {
  return Object.entries(topicOf).flatMap(([table, toText]) => {
    const [old, present] = [before, then].map((rows) => textsOf(table, rows[table] ?? []));
    const gone = (old ?? []).filter((text) => !present?.includes(text));
    const added = (present ?? []).filter((text) => !old?.includes(text));
    return [
      ...gone.map((text) => toText(JSON.parse(text), false)),
      ...added.map((text) => toText(JSON.parse(text), true)),
    ].filter((topic) => topic !== undefined);
  });
}

/** When a lease ends is the leader's own business, and how often it has committed that of a unit. */
const untold: Readonly<Record<string, string>> = { leadership: "expires", unit: "sequence" };

function textsOf(table: string, rows: readonly unknown[]): string[] {
  return rows.map((row) =>
    JSON.stringify(row, (key, value) => (key === untold[table] ? undefined : value)),
  );
}
