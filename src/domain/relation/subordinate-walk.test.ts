/** Whatever happens, there is no subordinate without its principal, and no principal without its own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Chance } from "#base/testing.ts";
import type { ReadTransaction } from "#store/database.ts";
import { openSqlite } from "#store/sqlite.ts";
import { Store } from "#store/store.ts";
import * as application from "../application/application.ts";
import { addBinaries, newBusyModel, takeStep } from "../desired/testing.ts";
import { migrations } from "../schema.ts";
import { after } from "../testing.ts";
import * as unit from "../unit/unit.ts";
import * as membership from "./membership.ts";
import * as relation from "./relation.ts";

const seeds = process.env.CI ? 60 : 15;
const stepsPerSeed = 30;
const subordinate = "beside";
/** How often there has to be one, for this to prove anything. */
const timesMin = 8 * seeds;

test("each unit that is related to a subordinate has one of it, beside it, for as long as it is there", async () => {
  await using store = await Store.open(openSqlite(":memory:"), migrations);
  await addBinaries(store);
  let times = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const model = `seed-${seed}`;
    await newBusyModel(store, model);
    const chance = new Chance(seed);
    for (let count = 0; count < stepsPerSeed; count++) {
      const step = await takeStep(store, model, { chance, now: after(count) });
      const story = `seed ${seed}, step ${count}: ${step}`;
      times += await store.read(model, (tx) => check(tx, story));
    }
  }
  assert.ok(times > timesMin, `${times}`);
});

/** Returns how many subordinates there are. */
async function check(tx: ReadTransaction, story: string): Promise<number> {
  const all = new Map((await unit.list(tx)).map((each) => [each.name, each]));
  const beside = [...all.values()].filter(({ principal }) => principal !== "");
  for (const { name, principal, machine, life } of beside) {
    const served = all.get(principal);
    assert.equal(served?.machine, machine, `${name} stands beside ${principal} (${story})`);
    if (served?.life !== "alive") assert.notEqual(life, "alive", `${name} goes too (${story})`);
  }
  const served = beside.map(({ principal }) => principal);
  assert.deepEqual(served, [...new Set(served)], `nobody has two (${story})`);
  for (const name of await listServed(tx, all)) {
    assert.ok(served.includes(name), `${name} has one (${story})`);
  }
  return beside.length;
}

/** The units that are to have one. */
async function listServed(
  tx: ReadTransaction,
  all: ReadonlyMap<string, unit.Unit>,
): Promise<string[]> {
  const own = await application.find(tx, subordinate);
  if (own?.life !== "alive") return [];
  const relations = (await relation.listOf(tx, subordinate)).filter(({ life }) => life === "alive");
  const members = await membership.list(
    tx,
    relations.map(({ id }) => id),
  );
  return members
    .map(({ unit: name }) => name)
    .filter((name) => all.get(name)?.principal === "" && all.get(name)?.life === "alive");
}
