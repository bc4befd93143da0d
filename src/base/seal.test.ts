import assert from "node:assert/strict";
import { test } from "node:test";
import { fingerprint, keyNameOf, newSealKey, seal, toSealKey, unseal } from "./seal.ts";

const text = '{"password":"café au lait"}';
const place = ["shop", "abc", "1"];

test("who has the key reads what was sealed, and the seal does not show it", () => {
  const key = newSealKey();
  const sealed = seal(key, text, place);
  assert.equal(unseal(key, sealed, place), text);
  assert.doesNotMatch(Buffer.from(sealed.split(".")[4] ?? "", "base64url").toString(), /caf/);
  assert.notEqual(seal(key, text, place), sealed);
});

test("a seal opens neither with another key, nor in another place, nor once it was changed", () => {
  const key = newSealKey();
  const sealed = seal(key, text, place);
  const [version, name, nonce, tag, data = ""] = sealed.split(".");
  const flipped = `${data.startsWith("A") ? "B" : "A"}${data.slice(1)}`;
  const changed = [
    () => unseal(newSealKey(), sealed, place),
    () => unseal(key, sealed, ["shop", "abc", "2"]),
    () => unseal(key, sealed, ["shop", "abc1", ""]),
    () => unseal(key, [version, name, nonce, tag, flipped].join("."), place),
    () => unseal(key, [version, name, nonce, tag?.slice(0, 8), data].join("."), place),
    () => unseal(key, [version, name].join("."), place),
  ];
  for (const open of changed) {
    assert.throws(open, { code: "not valid", message: "it has been changed since it was sealed" });
  }
});

test("a seal names its key, whose name does not give it away", () => {
  const key = newSealKey();
  assert.equal(keyNameOf(seal(key, text, place)), key.name);
  assert.equal(toSealKey(key.bytes).name, key.name);
  assert.equal(key.bytes.toString("hex").includes(key.name), false);
  assert.throws(() => keyNameOf("2.abc.def"), { code: "not supported" });
});

test("a fingerprint tells whether two texts are the same, to who has the key", () => {
  const key = newSealKey();
  const print = fingerprint(key, text, ["abc"]);
  assert.equal(fingerprint(key, text, ["abc"]), print);
  assert.notEqual(fingerprint(key, `${text} `, ["abc"]), print);
  assert.notEqual(fingerprint(key, text, ["abd"]), print);
  assert.notEqual(fingerprint(newSealKey(), text, ["abc"]), print);
});
