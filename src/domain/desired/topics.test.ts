/**
 * Agents sleep until one of the topics changes that their desired state came with. So whatever
 * happens, a desired state that is no longer the same must have been told of.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { byText } from "#base/order.ts";
import { Chance } from "#base/testing.ts";
import * as changes from "#store/changes.ts";
import { openSqlite } from "#store/sqlite.ts";
import { Store } from "#store/store.ts";
import * as machine from "../machine/machine.ts";
import { migrations } from "../schema.ts";
import { after } from "../testing.ts";
import { type Desired, getDesired, toTopic } from "./desired.ts";
import { addBinaries, newBusyModel, steps, takeStep } from "./testing.ts";

const isThorough = process.env.CI !== undefined;
const seeds = isThorough ? 260 : 60;
const stepsPerSeed = 30;

/** How often each step has to be done, and each kind of topic to matter alone, to prove anything. */
const timesMin = isThorough ? 10 : 1;

test("whatever changes a desired state is among its topics", async () => {
  await using store = await Store.open(openSqlite(":memory:"), migrations);
  await addBinaries(store);
  const done: string[] = [];
  const soleReasons: string[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const model = `seed-${seed}`;
    await newBusyModel(store, model);
    const chance = new Chance(seed);
    let before = await look(store, model);
    for (let count = 0; count < stepsPerSeed; count++) {
      const step = await takeStep(store, model, { chance, now: after(count) });
      const then = await look(store, model);
      const told = await toldSince(store, model, before.seq);
      const story = `seed ${seed}, step ${count}: ${step}`;
      for (const reasons of whyChanged(before, then, { told, story })) {
        if (reasons.size === 1) soleReasons.push(...reasons);
      }
      done.push(step);
      before = then;
    }
  }
  assert.deepEqual(oftenIn(done), Object.keys(steps).toSorted(byText));
  const every = [
    ...["application", "leader_settings", "leadership", "machine", "model", "relation", "task"],
    "unit",
  ];
  const counted = soleReasons.filter((kind) => kind !== "secret"); // which seldom matters alone
  assert.deepEqual(oftenIn(counted), every);
});

interface Look {
  /** The number of the last change that it has seen. */
  readonly seq: number;
  readonly machines: ReadonlyMap<
    string,
    { readonly text: string; readonly topics: Desired["topics"] }
  >;
}

/** What is desired of every machine at one moment. */
function look(store: Store, model: string): Promise<Look> {
  return store.read(model, async (tx) => {
    const machines = new Map<string, { text: string; topics: Desired["topics"] }>();
    for (const { id } of await machine.list(tx)) {
      const { topics, ...desired } = await getDesired(tx, id);
      machines.set(id, { text: toText(desired), topics });
    }
    return { seq: await changes.latest(tx), machines };
  });
}

function toText(desired: Omit<Desired, "topics">): string {
  return JSON.stringify(desired, (_, value) => (value instanceof Map ? [...value] : value));
}

function toldSince(store: Store, model: string, seq: number): Promise<changes.Change[]> {
  return store.read(model, (tx) => changes.after(tx, seq));
}

interface Happened {
  readonly told: readonly changes.Change[];
  readonly story: string;
}

/** For each machine of which something else is desired now, the kinds of topics that told it. */
function whyChanged(before: Look, then: Look, { told, story }: Happened): Set<string>[] {
  const changed = [...before.machines].filter(
    ([id, { text }]) => then.machines.get(id)?.text !== text,
  );
  return changed.map(([id, { topics }]) => {
    const known = told.filter((change) => topics.has(toTopic(change.kind, change.id)));
    assert.ok(known.length > 0, `machine ${id} was not told (${story})`);
    return new Set(known.map(({ kind }) => kind));
  });
}

/** What is there often enough, in the order of the texts. */
function oftenIn(texts: readonly string[]): string[] {
  const counts = [...Map.groupBy(texts, (text) => text)];
  const often = counts.filter(([, times]) => times.length >= timesMin);
  return often.map(([text]) => text).toSorted(byText);
}
