import assert from "node:assert/strict";
import { test } from "node:test";
import { type Assumption, parseAssumes } from "./assumes.ts";

const where = "metadata.yaml: assumes";

test("a charm assumes features, of any version or of some, all of them or any", () => {
  assert.deepEqual(
    parseAssumes(
      ["k8s-api", "juju >= 3.6", { "any-of": ["juju<4", { "all-of": ["juju >=3.1.5"] }] }],
      where,
    ),
    allOf(feature("k8s-api", "", ""), feature("juju", ">=", "3.6.0"), {
      kind: "any-of",
      assumptions: [feature("juju", "<", "4.0.0"), allOf(feature("juju", ">=", "3.1.5"))],
    }),
  );
  assert.deepEqual(parseAssumes(null, where), allOf());
  assert.deepEqual(parseAssumes([], where), allOf());
});

test("what is no assumption is refused in one line", () => {
  const form = 'expected a form like "juju >= 3.6", got';
  const refusals: readonly [unknown, string][] = [
    ["juju", 'expected list, got "juju"'],
    [[7], "expected string or map, got 7"],
    [["juju > 3"], `${form} "juju > 3"`],
    [["juju >= new"], `${form} "juju >= new"`],
    [["juju >= 3.6.1.2"], `${form} "juju >= 3.6.1.2"`],
    [["Juju"], `${form} "Juju"`],
    [[{ "one-of": ["juju"] }], "expected a map with any-of or all-of alone"],
    [[{ "any-of": ["juju"], "all-of": ["juju"] }], "expected a map with any-of or all-of alone"],
    [[{}], "expected a map with any-of or all-of alone"],
    [[{ "any-of": "juju" }], 'any-of: expected list, got "juju"'],
    [[{ "any-of": [] }], "any-of lists nothing"],
  ];
  for (const [value, message] of refusals) {
    assert.throws(() => parseAssumes(value, where), {
      code: "not valid",
      message: `${where}: ${message}`,
    });
  }
});

function feature(name: string, comparison: "" | ">=" | "<", version: string): Assumption {
  return { kind: "feature", name, comparison, version };
}

function allOf(...assumptions: Assumption[]): Assumption {
  return { kind: "all-of", assumptions };
}
