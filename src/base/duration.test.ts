import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDuration } from "./duration.ts";

test("durations are read as Go writes them", () => {
  const seconds = ["1h30m", "5m", "90s", "1.5s", "500ms", "5m1ms"].map((text) =>
    parseDuration(text).total("seconds"),
  );

  assert.deepEqual(seconds, [5400, 300, 90, 1.5, 0.5, 300.001]);
});

test("what is no duration is refused with its text", () => {
  for (const text of ["", "5", "m", "5 m", "-5m", "5d"]) {
    assert.throws(() => parseDuration(text), {
      message: `"${text}" is not a duration such as 1h30m, 5m or 90s`,
    });
  }
});
