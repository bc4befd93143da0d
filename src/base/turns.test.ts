import assert from "node:assert/strict";
import { test } from "node:test";
import { Turns } from "./turns.ts";

test("each has its turn in the order of asking, after whoever was before has finished or failed", async () => {
  const turns = new Turns();
  const seen: string[] = [];
  const first = Promise.withResolvers<void>();
  const asked = [
    turns.take("a", async () => {
      await first.promise;
      seen.push("first");
      throw new Error("on second thoughts");
    }),
    turns.take("a", async () => void seen.push("second")),
    turns.take("a", async () => void seen.push("third")),
  ];
  await turns.take("b", async () => void seen.push("elsewhere"));

  first.resolve();
  const outcomes = await Promise.allSettled(asked);

  assert.deepEqual(seen, ["elsewhere", "first", "second", "third"]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ["rejected", "fulfilled", "fulfilled"],
  );
});
