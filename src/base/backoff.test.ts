import assert from "node:assert/strict";
import { test } from "node:test";
import { type Backoff, backoffDelay } from "./backoff.ts";

const backoff: Backoff = { firstMs: 100, factor: 2, maxMs: 1000, jitter: 0.5 };

test("delays double up to their bound", () => {
  const delays = [1, 2, 3, 4, 5, 60].map((attempt) => backoffDelay(backoff, attempt, () => 0));

  assert.deepEqual(
    delays.map((delay) => delay.total("milliseconds")),
    [100, 200, 400, 800, 1000, 1000],
  );
});

test("chance shortens a delay by the jitter at most", () => {
  assert.equal(backoffDelay(backoff, 1, () => 1).total("milliseconds"), 50);
});
