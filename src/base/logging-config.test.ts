import assert from "node:assert/strict";
import { test } from "node:test";
import { parseLoggingConfig } from "./logging-config.ts";

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
