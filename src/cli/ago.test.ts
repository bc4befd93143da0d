import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAgo } from "./ago.ts";

test("what has been is told by how long ago it was, and after a day by its date", () => {
  const now = Temporal.Instant.from("2026-03-02T12:00:00Z");
  for (const [time, said] of [
    ["2026-03-02T12:00:05Z", "just now"],
    ["2026-03-02T11:59:01Z", "just now"],
    ["2026-03-02T11:59:00Z", "1 minute ago"],
    ["2026-03-02T11:00:01Z", "59 minutes ago"],
    ["2026-03-02T10:00:00Z", "2 hours ago"],
    ["2026-03-01T12:00:00Z", "2026-03-01"],
    [null, "never connected"],
  ] as const) {
    assert.equal(formatAgo(time, now), said);
  }
});
