import assert from "node:assert/strict";
import { test } from "node:test";
import { checkMetric, isMetered, parseMetrics } from "./metrics.ts";

test("a charm measures what its file names, and may keep there what only it knows", () => {
  const metrics = parseMetrics(`
metrics:
  users: {type: gauge, description: How many there are., command: ./count}
  requests: {type: absolute, description: How many have come.}
  juju-units:
`);
  assert.deepEqual(metrics, {
    users: { type: "gauge", description: "How many there are." },
    requests: { type: "absolute", description: "How many have come." },
    "juju-units": { type: "", description: "" },
  });
  assert.ok(isMetered(metrics));
  for (const empty of ["", "# nothing", "{}", "metrics:", "plan: {required: true}"]) {
    assert.ok(!isMetered(parseMetrics(empty)), empty);
  }
});

test("a metric that nobody could measure is refused, with what is wrong with it", () => {
  const subject = "invalid metrics declaration: metric";
  const builtIn = "is built in, and so has neither type nor description";
  for (const [text, message] of [
    ["metrics: [a]", "metrics.yaml: metrics: expected map, got a list"],
    ["metrics: {../a: {}}", 'metrics.yaml: metrics: invalid name "../a"'],
    [
      "metrics: {a: {type: sum, description: b}}",
      `${subject} "a" has unknown type "sum", expected gauge or absolute`,
    ],
    ["metrics: {a: {type: gauge}}", `${subject} "a" lacks description`],
    ["metrics: {juju-units: {type: gauge}}", `${subject} "juju-units" ${builtIn}`],
  ] as const) {
    assert.throws(() => parseMetrics(text), { code: "not valid", message });
  }
});

test("a measurement is a number of a metric that there is", () => {
  const metrics = parseMetrics(
    "metrics: {g: {type: gauge, description: b}, a: {type: absolute, description: b}}",
  );
  for (const value of ["5", "-5", "0.5", "1e3", ".5"]) checkMetric(metrics, "g", value);
  for (const [name, value, message] of [
    ["b", "5", 'metric "b" not defined'],
    ["constructor", "5", 'metric "constructor" not defined'],
    ["g", "", 'invalid value type: expected float, got ""'],
    ["g", "0x10", 'invalid value type: expected float, got "0x10"'],
    ["g", "1".repeat(31), "metric value is too large: it has more than 30 characters"],
    ["a", "-5", "invalid value: value must be greater or equal to zero, got -5"],
  ] as const) {
    assert.throws(() => checkMetric(metrics, name, value), { code: "not valid", message });
  }
});
