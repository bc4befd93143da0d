import assert from "node:assert/strict";
import { test } from "node:test";
import { formatShare } from "./transfer-progress.ts";

test("a transfer's size is told in the largest unit of which it has one", () => {
  assert.equal(formatShare(65_536, 41_600_000), "0.1 of 41.6 MB");
  assert.equal(formatShare(2_000, 4_321), "2 of 4 kB");
  assert.equal(formatShare(12, 999), "12 of 999 bytes");
  assert.equal(formatShare(0, 0), "0 of 0 bytes");
});
