import assert from "node:assert/strict";
import { test } from "node:test";
import { hookNames, isRunByAgent } from "./hooks.ts";
import { parseMetadata } from "./metadata.ts";
import { metadata } from "./testing.ts";

const hooks = hookNames(
  parseMetadata(`${metadata}
requires: {db: mysql}
storage: {data: {type: block}}
containers: {web: {}}
`),
);

test("a charm has the hooks of every unit, of its endpoints, its storage and its containers", () => {
  const ofUnit = ["install", "upgrade-charm", "leader-elected", "secret-rotate", "update-status"];
  const ofOthers = [
    "db-relation-created",
    "db-relation-broken",
    "juju-info-relation-joined",
    "data-storage-attached",
    "data-storage-detaching",
    "web-pebble-ready",
  ];
  for (const name of [...ofUnit, ...ofOthers]) assert.ok(hooks.has(name), name);
  assert.equal(hooks.size, 18 + 2 * 5 + 2 + 4);
});

test("a charm has no hooks of endpoints that it lacks, and an action is no hook", () => {
  for (const name of ["web-relation-joined", "db-storage-attached", "action", "relation-joined"]) {
    assert.ok(!hooks.has(name), name);
  }
});

test("an agent runs dispatch and hooks, not what lies elsewhere or has another name", () => {
  for (const path of ["dispatch", "hooks/install", "hooks/db-relation-joined"]) {
    assert.ok(isRunByAgent(path, hooks), path);
  }
  for (const path of ["install", "hooks/lib/install", "hooks/helper", "src/dispatch", "hooks"]) {
    assert.ok(!isRunByAgent(path, hooks), path);
  }
});
