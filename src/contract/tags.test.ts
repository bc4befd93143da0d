import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTag, parseTagOf, toTag } from "./tags.ts";

test("a tag is read back as what it was written from", () => {
  const entities = [
    { kind: "unit", id: "my-sql/10" },
    { kind: "machine", id: "0/lxd/1" },
    { kind: "user", id: "bob@external" },
    { kind: "model", id: "7b0f0000-0000-4000-8000-000000000001" },
  ] as const;
  for (const entity of entities) {
    assert.deepEqual(parseTag(toTag(entity.kind, entity.id)), entity);
  }
  assert.equal(toTag("unit", "my-sql/10"), "unit-my-sql-10");
});

test("a slash in the tag of a storage or a unit is as good as a dash", () => {
  assert.deepEqual(parseTag("storage-my-data/10"), { kind: "storage", id: "my-data/10" });
});

test("what is no tag, or a tag of another kind, is not valid and is named", () => {
  for (const text of ["", "mysql", "unit-mysql", "planet-mars", "user-"]) {
    assert.throws(() => parseTag(text), { code: "not valid" });
  }
  assert.throws(() => parseTagOf("model", "user-bob"), {
    message: '"user-bob" is not a valid model tag',
  });
});
