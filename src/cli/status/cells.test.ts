import assert from "node:assert/strict";
import { test } from "node:test";
import { colored } from "./cells.ts";

/** The code that a status is painted with. */
function codeOf(status: string): string | undefined {
  const cell = colored(status);
  const painted = typeof cell === "string" ? cell : cell.paint(cell.text);
  return /\[(\d+)m/.exec(painted)?.[1];
}

test("what works is green, what needs somebody is red, and all else is yellow", () => {
  assert.deepEqual(["active", "idle", "started", "running"].map(codeOf), Array(4).fill("32"));
  assert.deepEqual(["error", "blocked", "down", "lost"].map(codeOf), Array(4).fill("31"));
  assert.deepEqual(["waiting", "pending", "failed", "allocating"].map(codeOf), Array(4).fill("33"));
});
