import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMib } from "./size.ts";

test("a size is counted in whole MiB", () => {
  const sizes = { "0": 0, "512": 512, "512M": 512, "1.5G": 1536, "1GiB": 1024, "2TB": 2097152 };
  for (const [text, mib] of Object.entries(sizes)) assert.equal(parseMib(text), mib, text);
  assert.equal(parseMib("0.1M"), 1);
});

test("what is no size is none", () => {
  for (const text of ["", "G", "-1G", "1K", "1 G", "one", "9999999Y"]) {
    assert.equal(parseMib(text), undefined, text);
  }
});
