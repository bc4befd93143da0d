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

test("a document that is broken, too deep or a bomb is not valid, in one line", () => {
  const bomb = Array.from({ length: 200 }, (_, n) => `k${n}: &k${n} [${`*k${n - 1},`.repeat(9)}]`);
  bomb[0] = "k0: &k0 [x]";

  for (const text of ["a: [", "[".repeat(1000), bomb.join("\n"), "a: \0"]) {
    assert.throws(() => parseYaml(text), { code: "not valid", message: /^invalid YAML: [^\n]+$/ });
  }
});
