import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { MachineTurns, Turns, type TurnWish } from "./turns.ts";

test("turns go one after the other, in the order in which they were asked for", async () => {
  const turns = new Turns();
  const seen: string[] = [];
  const one = (name: string) => async () => {
    seen.push(`${name} begins`);
    await turn();
    seen.push(`${name} ends`);
  };
  await Promise.all(["a", "b", "c"].map((name) => turns.hold(one(name))));

  assert.deepEqual(seen, ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
});

test("a turn that fails is over, and what it threw is its own", async () => {
  const turns = new Turns();
  const failing = turns.hold(async () => {
    throw new Error("broken");
  });
  const next = turns.hold(async () => "done");

  await assert.rejects(failing, { message: "broken" });
  assert.equal(await next, "done");
});

test("a turn that is given back twice lets nobody else in before time", async () => {
  const turns = new Turns();
  const giveBack = await turns.take();
  giveBack();
  const second = await turns.take();
  giveBack();
  let isThirdIn = false;
  const third = turns.take().then(() => {
    isThirdIn = true;
  });
  await turn();
  assert.equal(isThirdIn, false);
  second();
  await third;
});

test("whoever waits for all turns waits for those that have been asked for", async () => {
  const turns = new Turns();
  const giveBack = await turns.take();
  let isSettled = false;
  const settled = turns.settled().then(() => {
    isSettled = true;
  });
  await turn();
  assert.equal(isSettled, false);
  giveBack();
  await settled;
});

test("on a machine each group goes one after the other, and who is parallel waits for nobody", async () => {
  const turns = new MachineTurns();
  const begun: string[] = [];
  const { promise: end, resolve } = Promise.withResolvers<void>();
  const hold = (name: string, wish: TurnWish) =>
    turns.hold(wish, async () => {
      begun.push(name);
      await end;
    });
  const ungrouped = { parallel: false, group: "" };
  const all = [
    hold("first", ungrouped),
    hold("second", ungrouped),
    hold("group", { parallel: false, group: "g" }),
    hold("later in the group", { parallel: true, group: "g" }),
    hold("other group", { parallel: true, group: "h" }),
    hold("parallel", { parallel: true, group: "" }),
  ];
  await turn();
  assert.deepEqual(new Set(begun), new Set(["first", "group", "other group", "parallel"]));
  resolve();
  await Promise.all(all);
  assert.equal(begun.length, all.length);
});
