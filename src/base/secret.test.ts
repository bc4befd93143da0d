import assert from "node:assert/strict";
import { test } from "node:test";
import { hashPassword, isPassword } from "./password.ts";
import { deriveSecret, isSameSecret, newSecret } from "./secret.ts";

test("a password is known by its hash, and by nobody who reads the hash", async () => {
  const hash = await hashPassword("correct horse");

  assert.equal(await isPassword("correct horse", hash), true);
  assert.equal(await isPassword("correct hose", hash), false);
  assert.equal(await isPassword("", hash), false);
  assert.equal(hash.includes("horse"), false);
  assert.notEqual(hash, await hashPassword("correct horse"));
});

test("a derived secret is the same for the same purpose only", () => {
  const secret = newSecret();

  assert.equal(deriveSecret(secret, "a", "b"), deriveSecret(secret, "a", "b"));
  assert.notEqual(deriveSecret(secret, "a", "b"), deriveSecret(secret, "ab", ""));
  assert.notEqual(deriveSecret(secret, "a", "b"), deriveSecret(newSecret(), "a", "b"));
  assert.equal(isSameSecret(secret, secret), true);
  assert.equal(isSameSecret(secret, `${secret}x`), false);
});
