import assert from "node:assert/strict";
import { test } from "node:test";
import { formatShort } from "./short.ts";
import { samples } from "./testing.ts";

test("the short status is an empty line and a line for each unit", () => {
  assert.equal(
    formatShort(samples.worked),
    `
- mysql/0: 10.0.0.5 (agent:idle, workload:active) 3306/tcp
- mysql/1: 10.0.0.6 (agent:lost, workload:unknown)
- wordpress/0: 10.0.0.7 (agent:allocating, workload:waiting) 80,443/tcp
`,
  );
});

test("in the short status a subordinate is indented under its principal", () => {
  assert.equal(
    formatShort(samples.related),
    `
- app/0: 10.0.0.5 (agent:idle, workload:active)
  - logs/0: 10.0.0.5 (agent:idle, workload:active)
  - probe/1: 10.0.0.5 (agent:allocating, workload:active)
`,
  );
});

test("the short status of a model without units is nothing", () => {
  assert.equal(formatShort(samples.empty), "");
});
