import assert from "node:assert/strict";
import { test } from "node:test";
import { parseActions, toActionSpecs } from "./actions.ts";

function specOf(text: string, name: string) {
  return toActionSpecs(parseActions(text, "mysql")).get(name);
}

test("an action is its description and a schema that its own keys are part of", () => {
  const text = `
backup:
  description: Saves everything.
  params:
    outfile: {type: string, default: all.tar}
  required: [outfile]
  additionalProperties: false
  parallel: true
  execution-group: nightly
`;
  assert.deepEqual(specOf(text, "backup"), {
    description: "Saves everything.",
    parallel: true,
    executionGroup: "nightly",
    schema: {
      ...{ type: "object", title: "backup", description: "Saves everything." },
      properties: { outfile: { type: "string", default: "all.tar" } },
      ...{ required: ["outfile"], additionalProperties: false },
    },
  });
});

test("an action of which nothing is said takes any parameters, and nothing is required", () => {
  const schema = { type: "object", title: "go", description: "No description", properties: {} };
  const expected = { description: "No description", parallel: false, executionGroup: "", schema };
  assert.deepEqual(specOf("go:\n", "go"), expected);
  assert.deepEqual(specOf("go: {required: []}", "go"), expected);
});

test("parameters may stand under properties, as in a schema", () => {
  const { schema } = specOf("go: {properties: {a: {type: string}}}", "go") ?? {};
  assert.deepEqual(schema?.properties, { a: { type: "string" } });
});

test("a file without actions is as good as none", () => {
  assert.equal(parseActions("# later\n", "mysql"), null);
  assert.deepEqual(toActionSpecs(null), new Map());
});

const refused: Readonly<Record<string, string>> = {
  "[backup]": "actions.yaml: expected map, got a list",
  "Backup: {}": 'actions.yaml: bad action name "Backup"',
  "back_up: {}": 'actions.yaml: bad action name "back_up"',
  "juju-run: {}": 'actions.yaml: cannot use action name "juju-run": "juju" is reserved',
  "juju: {}": 'actions.yaml: cannot use action name "juju": "juju" is reserved',
  "go: fast": 'actions.yaml: action "go": expected map, got "fast"',
  "go: {description: [a]}": 'actions.yaml: action "go": description: expected string, got a list',
  "go: {params: 1}": 'actions.yaml: action "go": params: expected map, got 1',
  "go: {parallel: maybe}": 'actions.yaml: action "go": parallel: expected bool, got "maybe"',
  "go: {params: {a: {$ref: 'file:///etc/passwd'}}}":
    'actions.yaml: action "go": schema key "$ref" is not supported',
  "go: {$schema: x}": 'actions.yaml: action "go": schema key "$schema" is not supported',
};

for (const [text, message] of Object.entries(refused)) {
  test(`actions like ${text} are refused`, () => {
    assert.throws(() => parseActions(text, "mysql"), { code: "not valid", message });
  });
}

test("a charm of Juju's own may call its actions after it", () => {
  assert.deepEqual(parseActions("juju-run: {}", "juju-controller"), { "juju-run": {} });
});

test("a name that begins like a reserved one is free", () => {
  assert.ok(specOf("jujuba: {}", "jujuba"));
});
