import assert from "node:assert/strict";
import { test } from "node:test";
import { Chance } from "#base/testing.ts";
import { openSqlite } from "#store/sqlite.ts";
import { Store } from "#store/store.ts";
import { addBinaries, newBusyModel, takeStep } from "../desired/testing.ts";
import { migrations } from "../schema.ts";
import { after, rowsOf } from "../testing.ts";

const seeds = 20;
const stepsPerSeed = 30;

test("what happens in one model changes nothing in another", async () => {
  await using store = await open();
  await live(store, "quiet", 1);
  const before = await rowsOf(store, "quiet");
  for (let seed = 1; seed <= seeds; seed++) await live(store, `seed-${seed}`, seed);

  assert.deepEqual(await rowsOf(store, "quiet"), before);
});

test("what happens in a model does not depend on what is in another", async () => {
  await using shared = await open();
  for (let seed = 1; seed <= seeds; seed++) await live(shared, `other-${seed}`, seeds - seed);
  for (let seed = 1; seed <= seeds; seed++) {
    await using alone = await open();
    for (const store of [alone, shared]) await live(store, `seed-${seed}`, seed);

    const [expected, found] = await Promise.all(
      [alone, shared].map(async (store) => withoutChance(await rowsOf(store, `seed-${seed}`))),
    );
    assert.deepEqual(found, expected, `seed ${seed}`);
  }
});

async function open(): Promise<Store> {
  const store = await Store.open(openSqlite(":memory:"), migrations);
  await addBinaries(store);
  return store;
}

/** Makes a model in which things happen, the same for the same seed. */
async function live(store: Store, model: string, seed: number): Promise<void> {
  await newBusyModel(store, model);
  const chance = new Chance(seed);
  for (let count = 0; count < stepsPerSeed; count++) {
    await takeStep(store, model, { chance, now: after(count) });
  }
}

/** Without what comes from true chance. */
function withoutChance({ machine = [], ...rows }: Record<string, unknown[]>) {
  return { ...rows, machine: machine.map((row) => ({ ...(row as object), nonce: "" })) };
}
