import assert from "node:assert/strict";
import { test } from "node:test";
import { parseActions, toActionSpecs } from "#charm/actions.ts";
import { checkParameters, refuseInvalidSchemas } from "./schema.ts";

function specsOf(text: string) {
  return toActionSpecs(parseActions(text, "mysql"));
}

function check(params: string, given: Readonly<Record<string, unknown>>) {
  const spec = specsOf(`go: ${params}`).get("go");
  assert.ok(spec);
  return checkParameters(spec, given);
}

function refusal(message: string) {
  return { code: "not valid", message };
}

test("what is left out has its default, in maps too", () => {
  const params = `{params: {out: {type: object, properties: {name: {type: string, default: x}}},
    times: {type: integer, default: 3}, other: {type: string}}}`;
  assert.deepEqual(check(params, {}), { out: { name: "x" }, times: 3 });
  assert.deepEqual(check(params, { out: { size: 1 }, times: 5 }), {
    out: { size: 1, name: "x" },
    times: 5,
  });
});

test("parameters of which the schema says nothing are allowed, unless it says so", () => {
  assert.deepEqual(check("{}", { any: [1] }), { any: [1] });
  assert.throws(
    () => check("{additionalProperties: false}", { any: 1 }),
    refusal('validation failed: parameters must NOT have additional properties: "any"'),
  );
});

test("parameters that the schema does not allow are refused, with where they are", () => {
  const params =
    "{params: {count: {type: integer, minimum: 1}, m: {enum: [a, b]}}, required: [count]}";
  const wrong: readonly [object, string][] = [
    [{}, "parameters must have required property 'count'"],
    [{ count: 0 }, "parameters.count must be >= 1"],
    [{ count: "1" }, "parameters.count must be integer"],
    [{ count: 1, m: "c" }, 'parameters.m must be equal to one of the allowed values: ["a","b"]'],
  ];
  for (const [given, reason] of wrong) {
    assert.throws(() => check(params, { ...given }), refusal(`validation failed: ${reason}`));
  }
});

test("draft 4 is what schemas are read as", () => {
  const params = "{params: {count: {type: number, minimum: 1, exclusiveMinimum: true}}}";
  assert.throws(() => check(params, { count: 1 }), { code: "not valid" });
  assert.deepEqual(check(params, { count: 2 }), { count: 2 });
});

test("a schema that is none is refused with its action's name", () => {
  assert.throws(() => refuseInvalidSchemas(specsOf("ok: {}\ngo: {params: {count: {type: int}}}")), {
    code: "not valid",
    message: /^invalid params schema for action "go": schema\.properties\.count\.type must be /,
  });
  refuseInvalidSchemas(specsOf("go: {params: {count: {type: integer, format: unheard-of}}}"));
});

test("what draft 4 does not know changes nothing", () => {
  const params = "{$async: true, params: {a: {nullable: true, const: 5, id: x}}, required: [a]}";
  assert.deepEqual(check(params, { a: 1 }), { a: 1 });
  assert.throws(() => check(params, {}), refusal(missing("a")));
});

test("what every object has is no parameter until it is given", () => {
  const params = "{params: {toString: {type: string}, __proto__: {type: integer, default: 1}}}";
  assert.deepEqual(Object.entries(check(params, {})), [["__proto__", 1]]);
  assert.throws(() => check("{required: [constructor]}", {}), refusal(missing("constructor")));
  assert.throws(() => check("{additionalProperties: false}", JSON.parse('{"__proto__": 1}')), {
    code: "not valid",
    message: /additional properties: "__proto__"$/,
  });
});

test("patterns are as programs in Go have them", () => {
  const params = "{params: {a: {type: string, pattern: '(?i)^[[:alpha:]]+\\z'}}}";
  refuseInvalidSchemas(specsOf(`go: ${params}`));
  assert.deepEqual(check(params, { a: "Yes" }), { a: "Yes" });
  assert.throws(() => check(params, { a: "1" }), { code: "not valid" });
  assert.throws(() => refuseInvalidSchemas(specsOf("go: {params: {a: {pattern: '('}}}")), {
    code: "not valid",
    message: /^invalid params schema for action "go": Invalid regular expression: .*group$/,
  });
});

test("many actions keep nobody busy for long", { timeout: 20_000 }, () => {
  const names = Array.from({ length: 3000 }, (_, at) => `a${at}: {}\n`);
  refuseInvalidSchemas(specsOf(names.join("")));
});

function missing(name: string): string {
  return `validation failed: parameters must have required property '${name}'`;
}

test("a pattern that takes for ever is given up in time", () => {
  const params = "{params: {a: {type: string, pattern: '^(a+)+$'}}}";
  assert.throws(() => check(params, { a: `${"a".repeat(40)}!` }), {
    code: "not valid",
    message: /^validation failed: it takes longer than 1000 ms to check$/,
  });
});
