import assert from "node:assert/strict";
import { test } from "node:test";
import {
  parseActionWords,
  readParameters,
  toApplicationReceiver,
  toMachineReceiver,
  toUnitReceiver,
} from "./request.ts";

const onLine = { file: undefined, areStrings: false };

test("units come first, then the action, then its parameters", () => {
  const words = ["a/0", "b-c/leader", "go", "d/1", "x=1"];
  assert.deepEqual(parseActionWords(words), {
    receivers: ["unit-a-0", "b-c/leader"],
    action: "go",
    pairs: ["d/1", "x=1"],
  });
});

const refused: readonly [string, string][] = [
  ["", "no unit specified"],
  ["a/0", "no action specified"],
  ["a go", 'invalid unit name "a": expected a unit such as mysql/0 or mysql/leader'],
  ["A/0 go", 'invalid unit name "A/0": expected a unit such as mysql/0 or mysql/leader'],
  ["a/0 Go", 'invalid action name "Go"'],
];

for (const [line, message] of refused) {
  test(`"${line}" is refused: ${message}`, () => {
    const words = line.split(" ").filter((word) => word !== "");
    assert.throws(() => parseActionWords(words), { name: "UsageError", message });
  });
}

test("parameters that are none are refused", async () => {
  const form = "must be of the form key.key.key...=value";
  for (const [pair, message] of [
    ["level", `argument "level" ${form}`],
    ["=1", `argument "=1" ${form}`],
    ["a..b=1", 'key "a..b" has an empty part'],
    [
      "a=@b",
      'argument "a=@b": invalid YAML: end of the stream or a document separator is expected (1:1): ' +
        "quote the value, or use --string-args",
    ],
  ] as const) {
    await assert.rejects(readParameters([pair], onLine), { name: "UsageError", message });
  }
});

test("a later parameter goes into what an earlier one has made, or takes its place", async () => {
  const pairs = ["a.b=1", "a.c.d=[x, 2]", "a.b=2", "e=", "f.g=1", "f=text"];
  const expected = { a: { b: 2, c: { d: ["x", 2] } }, e: "", f: "text" };
  assert.deepEqual(await readParameters(pairs, onLine), expected);
});

test("receivers are called as the controller calls them, and what is none is refused", () => {
  assert.equal(toUnitReceiver("a-b/3"), "unit-a-b-3");
  assert.equal(toUnitReceiver("a/leader"), "a/leader");
  assert.equal(toMachineReceiver("0/lxd/1"), "machine-0-lxd-1");
  assert.equal(toApplicationReceiver("a-b"), "a-b");
  for (const wrong of ["a", "a/x", "a/0/1", ""]) assert.throws(() => toUnitReceiver(wrong));
  for (const wrong of ["a", "-1", "0/lxd"]) assert.throws(() => toMachineReceiver(wrong));
  for (const wrong of ["a/0", "A", "a-"]) assert.throws(() => toApplicationReceiver(wrong));
});
