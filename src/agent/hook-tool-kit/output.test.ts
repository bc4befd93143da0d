import assert from "node:assert/strict";
import { test } from "node:test";
import { formatResult, inOrder } from "./output.ts";

test("smart prints what a shell can use as it is", () => {
  for (const [result, text] of [
    [undefined, ""],
    [null, ""],
    ["", ""],
    ["text", "text\n"],
    ["two\nlines\n", "two\nlines\n\n"],
    ["12345", "12345\n"],
    [true, "True\n"],
    [false, "False\n"],
    [45, "45\n"],
    [-1.0, "-1\n"],
    [1.5, "1.5\n"],
    [["b", "a"], "b\na\n"],
    [[], ""],
    [{ b: 1, a: "1" }, 'a: "1"\nb: 1\n'],
    [{}, "{}\n"],
    [[1, "a"], "- 1\n- a\n"],
  ]) {
    assert.equal(formatResult(result, "smart"), text, JSON.stringify(result));
  }
});

test("YAML prints nothing for nothing, and values as YAML has them", () => {
  for (const [result, text] of [
    [undefined, ""],
    [null, ""],
    ["", '""\n'],
    ["true", '"true"\n'],
    [true, "true\n"],
    [-1.0, "-1\n"],
    [["a"], "- a\n"],
    [[], "[]\n"],
    [{ unset: null }, "unset: null\n"],
  ]) {
    assert.equal(formatResult(result, "yaml"), text, JSON.stringify(result));
  }
});

test("JSON is one line, and null for nothing", () => {
  for (const [result, text] of [
    [undefined, "null\n"],
    [null, "null\n"],
    ["a\nb", '"a\\nb"\n'],
    [-1.0, "-1\n"],
    [{ b: [{ d: 1, c: null }], a: {} }, '{"a":{},"b":[{"c":null,"d":1}]}\n'],
  ]) {
    assert.equal(formatResult(result, "json"), text, JSON.stringify(result));
  }
});

test("raw is the text itself", () => {
  assert.equal(formatResult("/path", "raw"), "/path");
  assert.equal(formatResult(undefined, "raw"), "");
});

test("keys are sorted, except where an order is asked for", () => {
  const result = inOrder({ units: { b: 1, a: inOrder({ z: 1, x: 2 }) }, apps: [inOrder({})] });

  assert.equal(formatResult(result, "json"), '{"units":{"a":{"z":1,"x":2},"b":1},"apps":[{}]}\n');
  assert.equal(
    formatResult(result, "yaml"),
    "units:\n  a:\n    z: 1\n    x: 2\n  b: 1\napps:\n- {}\n",
  );
});

test("an int that a number cannot hold is an int in every format", () => {
  const result = { long: 9223372036854775807n };
  assert.equal(formatResult(result, "smart"), "long: 9223372036854775807\n");
  assert.equal(formatResult(result, "yaml"), "long: 9223372036854775807\n");
  assert.equal(formatResult(result, "json"), '{"long":9223372036854775807}\n');
  assert.equal(formatResult(-9223372036854775808n, "smart"), "-9223372036854775808\n");
});
