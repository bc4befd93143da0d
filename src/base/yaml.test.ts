import assert from "node:assert/strict";
import { test } from "node:test";
import { formatYaml, parseYaml, parseYamlTexts } from "./yaml.ts";

test("yes and on are true, as Juju's parser has it", () => {
  assert.deepEqual(parseYaml("a: yes\nb: on\nc: 5m\nd: 2026-01-01"), {
    a: true,
    b: true,
    c: "5m",
    d: "2026-01-01",
  });
});

test("keys are their texts, whatever else YAML 1.1 would take them for", () => {
  const text =
    "a: &a {n: 1, on: yes}\n1.0: x\n0x10: {~: w, 'no': z, !!str off: [{y: x}]}\nlist: [{<<: *a, on: no}]";
  assert.deepEqual(parseYaml(text), {
    a: { n: 1, on: true },
    "1.0": "x",
    "0x10": { "~": "w", no: "z", off: [{ y: "x" }] },
    list: [{ n: 1, on: false }],
  });
});

test("of several documents the first counts, and there is one at least", () => {
  assert.deepEqual(parseYaml("a: 1\n---\nb: 1\n"), { a: 1 });
  assert.deepEqual(parseYaml("---\na: 1\n---\n"), { a: 1 });
  assert.throws(() => parseYaml("# a\n"), {
    code: "not valid",
    message: "invalid YAML: it is empty",
  });
});

test("numbers are what programs in Go take them for", () => {
  const ints = {
    "0644": 420,
    "-017": -15,
    "0o17": 15,
    "0O17": 15,
    "0b101": 5,
    "0X1f": 31,
    "1_000": 1000,
  };
  const others = {
    "08": 8,
    "+5": 5,
    "1_000.5": 1000.5,
    "1e3": 1000,
    ".5": 0.5,
    "-.inf": -Infinity,
  };
  for (const [text, number] of Object.entries({ ...ints, ...others })) {
    assert.equal(parseYaml(text), number, text);
    assert.equal(parseYaml(formatYaml(text)), text);
  }
  for (const text of ["1:30", "_1", "1.2.3", "0x", "2026-01-01", "1,000"]) {
    assert.equal(parseYaml(text), text);
  }
});

test("what is in quotes or brackets may go on further left than it began", () => {
  const text = `a: [
x, {
b: "c
  d
e" }
]
f:
      - g: 'h
\ti'
j: 1`;
  assert.deepEqual(parseYaml(text), { a: ["x", { b: "c d e" }], f: [{ g: "h i" }], j: 1 });
  assert.deepEqual(parseYaml(`a: [\n${"x,\n".repeat(200)}]`), { a: Array(200).fill("x") });
  const broken = { "a: [\nx\nb: 1\n": "(2:1)", [`a: "\n${"x\n".repeat(20_000)}`]: "(2:1)" };
  for (const [broke, where] of Object.entries(broken)) {
    const message = `invalid YAML: deficient indentation ${where}`;
    assert.throws(() => parseYaml(broke), { code: "not valid", message });
  }
});

test("a text in a block ends in a line break only if its last line does", () => {
  assert.deepEqual(parseYaml("a: |\n  x\n  y"), { a: "x\ny" });
  assert.deepEqual(parseYaml("a: >+\n  x\n  y"), { a: "x y" });
  assert.deepEqual(parseYaml("a: |\n  x\n  "), { a: "x\n" });
  assert.deepEqual(parseYaml("a: |\n  x\n   "), { a: "x\n " });
  assert.deepEqual(parseYaml("a: |\n  x\n# b"), { a: "x\n" });
  assert.deepEqual(parseYaml("a: |\n  x\nb: c"), { a: "x\n", b: "c" });
});

test("scalars can be kept as the texts that they are", () => {
  assert.deepEqual(parseYamlTexts('n: y\nmode: 0644\nversion: 1.0\nnone: null\nempty: ""'), {
    n: "y",
    mode: "0644",
    version: "1.0",
    none: null,
    empty: "",
  });
});

test("what is written is read as the same again", () => {
  const value = { texts: ["yes", "1e3", "", "0644", "a: b", "multi\nline"], n: 1.5, none: null };

  assert.deepEqual(parseYaml(formatYaml(value)), value);
  assert.equal(formatYaml({ a: ["x", { b: 1 }], e: {} }), "a:\n- x\n- b: 1\ne: {}\n");
});

test("a text of megabytes is written so that it is read as the same again", () => {
  const value = { text: "y".repeat(4_000_000), n: 1 };
  assert.deepEqual(parseYaml(formatYaml(value)), value);
});

test("a document that is too large is said to be that", () => {
  assert.throws(() => parseYaml("x".repeat(17 * 1024 ** 2)), {
    code: "not valid",
    message: "invalid YAML: it has more than 16 MiB",
  });
});

test("a document may repeat itself by aliases", () => {
  assert.deepEqual(parseYaml("a: &a {b: &b [1]}\nc: *a\nd: [*b, *b]"), {
    a: { b: [1] },
    c: { b: [1] },
    d: [[1], [1]],
  });
});

test("a document that is broken, too deep or a bomb is not valid, in one line", () => {
  const bombOf = (length: number) =>
    ["k0: &k0 [x]"]
      .concat(Array.from({ length }, (_, n) => `k${n + 1}: &k${n + 1} [${`*k${n},`.repeat(9)}]`))
      .join("\n");
  const longTexts = `a: &a ${"x".repeat(100_000)}\nb: [${"*a,".repeat(900)}]`;
  const endless = "k: &k [*k]";

  const bombs = [bombOf(200), bombOf(10), longTexts, endless];
  const broken = ["a: [", "[".repeat(1000), "a: \0", ...bombs];
  for (const text of broken) {
    assert.throws(() => parseYaml(text), { code: "not valid", message: /^invalid YAML: [^\n]+$/ });
  }
});
