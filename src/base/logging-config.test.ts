import assert from "node:assert/strict";
import { test } from "node:test";
import { keeperOf, parseLoggingConfig, usualLoggingConfig } from "./logging-config.ts";

const parsed = (text: string) => Object.fromEntries(parseLoggingConfig(text));

test("each logger has the severity that it is given, in any case, and spaces do not count", () => {
  assert.deepEqual(parsed("<root>=INFO;unit=DEBUG"), { "<root>": "INFO", unit: "DEBUG" });
  assert.deepEqual(parsed(" <root> = warn ;\n juju.worker=trace;"), {
    ...{ "<root>": "WARNING", "juju.worker": "TRACE" },
  });
  assert.deepEqual(parsed(""), {});
});

test("a severity alone is that of the root", () => {
  assert.deepEqual(parsed("debug"), { "<root>": "DEBUG" });
});

test("what names no logger, no severity or an unknown one is refused", () => {
  for (const [text, message] of [
    ["unit", `logger value expected '=', found "unit"`],
    ["unit=INFO=DEBUG", `logger value expected '=', found "unit=INFO=DEBUG"`],
    ["=INFO", `logger value "=INFO" has missing module name`],
    [
      "<root>=LOUD",
      'unknown severity level "LOUD": expected one of UNSPECIFIED, TRACE, DEBUG, INFO, WARNING, ERROR, CRITICAL',
    ],
  ] as const) {
    assert.throws(() => parseLoggingConfig(text), { code: "not valid", message });
  }
});

test("a message is kept that has what its logger, or the nearest above it, needs", () => {
  const isKept = keeperOf("<root>=WARNING;unit=DEBUG;unit.mysql/0=ERROR;Juju.worker=UNSPECIFIED");
  const cases = [
    ["unit.wordpress/0.install", "DEBUG", true],
    ["unit.wordpress/0.install", "TRACE", false],
    ["unit.mysql/0.install", "WARNING", false],
    ["unit.mysql/0", "ERROR", true],
    ["unit.mysql/01", "DEBUG", true],
    ["units", "INFO", false],
    ["juju.worker.uniter", "INFO", false],
    ["juju.worker.uniter", "CRITICAL", true],
  ] as const;
  for (const [module, level, expected] of cases) {
    assert.equal(isKept(module, level), expected, `${module} ${level}`);
  }
});

test("as long as nobody says anything else, INFO and what is above it are kept", () => {
  const isKept = keeperOf(usualLoggingConfig);
  assert.deepEqual([isKept("unit.mysql/0", "DEBUG"), isKept("juju", "INFO")], [false, true]);
});

test("for however many loggers, what they need is found", () => {
  const isKept = keeperOf("<root>=ERROR;unit=INFO");
  for (let count = 0; count < 2500; count++) assert.equal(isKept(`unit.u/${count}`, "INFO"), true);
});
