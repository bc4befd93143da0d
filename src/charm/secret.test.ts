import assert from "node:assert/strict";
import { test } from "node:test";
import { findSecretId, isSecretId, newSecretId, nextRotation, parseSecretId } from "./secret.ts";

const id = "cq7f3sel9q2c73d1v2b0";

test("a secret is named by its id, by its URI, and by its URI with the model", () => {
  for (const text of [id, `secret:${id}`, `secret://50000000-0000-4000-8000-000000000000/${id}`]) {
    assert.equal(findSecretId(text), id);
  }
  for (const text of ["", "secret:", "secret:nosuch", `secret:${id}0`, `other:${id}`, "my-name"]) {
    assert.equal(findSecretId(text), undefined);
  }
  assert.throws(() => parseSecretId("secret:nosuch"), {
    code: "not valid",
    message: 'secret URI "secret:nosuch" not valid',
  });
});

test("new ids are such as Juju makes, and never the same twice", () => {
  const ids = new Set(Array.from({ length: 1000 }, newSecretId));
  assert.equal(ids.size, 1000);
  assert.ok([...ids].every(isSecretId));
});

test("a secret is rotated by the clock or by the calendar", () => {
  const last = Temporal.Instant.from("2026-01-31T12:00:00Z");
  const next = (rotation: Parameters<typeof nextRotation>[0]) => `${nextRotation(rotation, last)}`;
  assert.equal(next("hourly"), "2026-01-31T13:00:00Z");
  assert.equal(next("weekly"), "2026-02-07T12:00:00Z");
  assert.equal(next("monthly"), "2026-02-28T12:00:00Z");
  assert.equal(next("yearly"), "2027-01-31T12:00:00Z");
  assert.equal(next("never"), "null");
});
