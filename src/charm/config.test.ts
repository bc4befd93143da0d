import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type ConfigOptions,
  checkSetting,
  getOption,
  parseConfig,
  parseSetting,
  toValue,
  withDefaults,
} from "./config.ts";

const options = parseConfig(`
options:
  title: {type: string, description: A title., default: Blog}
  workers: {type: int, default: 4}
  ratio: {type: float, default: 1}
  debug: {type: boolean, default: no}
  password: {type: secret, default: ""}
  motto: {description: 42}
  bare:
`);

test("options have a type, a description and a default, each of which may be missing", () => {
  assert.deepEqual(options, {
    title: { type: "string", description: "A title.", default: "Blog" },
    workers: { type: "int", description: "", default: 4 },
    ratio: { type: "float", description: "", default: 1 },
    debug: { type: "boolean", description: "", default: false },
    password: { type: "secret", description: "", default: "" },
    motto: { type: "string", description: "42", default: null },
    bare: { type: "string", description: "", default: null },
  } satisfies ConfigOptions);
  assert.deepEqual(parseConfig("options: {}"), {});
  assert.deepEqual(parseConfig("other: {}"), {});
});

test("a default may be the text of a boolean or an int", () => {
  const { a, b, c, d } = parseConfig(`options:
  a: {type: boolean, default: "true"}
  b: {type: boolean, default: "F"}
  c: {type: int, default: "-5"}
  d: {type: int, default: "9223372036854775807"}
`);
  assert.deepEqual(
    [a, b, c, d].map((option) => option?.default),
    [true, false, -5, "9223372036854775807"],
  );
});

test("config that is not valid is refused with Juju's text", () => {
  const refusals: Readonly<Record<string, string | RegExp>> = {
    "": "invalid config: empty configuration",
    "\n  # options:\n": "invalid config: empty configuration",
    "options: [": /^config\.yaml: invalid YAML: [^\n]+$/,
    "- a": "config.yaml: expected map, got a list",
    "options: 3": "config.yaml: options: expected map, got 3",
    "options: {a: 3}": 'config.yaml: option "a": expected map, got 3',
    "options: {a: {type: text}}": 'invalid config: option "a" has unknown type "text"',
    "options: {a: {type: int, default: a}}":
      'invalid config default: option "a" expected int, got "a"',
    'options: {a: {type: int, default: ""}}':
      'invalid config default: option "a" expected int, got ""',
    'options: {a: {type: int, default: "5.0"}}':
      'invalid config default: option "a" expected int, got "5.0"',
    'options: {a: {type: float, default: "5"}}':
      'invalid config default: option "a" expected float, got "5"',
    "options: {a: {type: int, default: 1.5}}":
      'invalid config default: option "a" expected int, got 1.5',
    "options: {a: {type: int, default: 9223372036854775808}}":
      'option "a" takes ints from -9223372036854775808 to 9223372036854775807, got "9223372036854775808"',
    'options: {a: {type: boolean, default: "yes"}}':
      'invalid config default: option "a" expected boolean, got "yes"',
    "options: {a: {type: boolean, default: 1}}":
      'invalid config default: option "a" expected boolean, got 1',
    "options: {a: {type: string, default: no}}":
      'invalid config default: option "a" expected string, got false',
    "options: {a: {type: float, default: .inf}}":
      'invalid config default: option "a" expected float, got Infinity',
    "options: {a: {default: 5}}": 'invalid config default: option "a" expected string, got 5',
    "options: {a: {type: secret, default: letmein}}":
      'invalid config default: option "a" expected secret, got "letmein"',
    "options: {a: {description: {}}}":
      'config.yaml: option "a".description: expected string, got a map',
  };
  for (const [text, message] of Object.entries(refusals)) {
    assert.throws(() => parseConfig(text), { code: "not valid", message }, text);
  }
});

test("a setting given as text is read as its option's type", () => {
  const read = (name: string, text: string) => parseSetting(name, getOption(options, name), text);

  assert.equal(read("title", "5"), "5");
  assert.equal(read("title", ""), "");
  assert.equal(read("workers", "-12"), -12);
  assert.equal(read("workers", "9007199254740991"), 9007199254740991);
  assert.equal(read("ratio", "2.5e-3"), 0.0025);
  assert.equal(read("ratio", ".5"), 0.5);
  for (const text of ["1", "t", "T", "true", "TRUE", "True"])
    assert.equal(read("debug", text), true);
  for (const text of ["0", "f", "F", "false", "FALSE", "False"]) {
    assert.equal(read("debug", text), false);
  }
  assert.equal(read("password", "secret:9m4e2mr0ui3e8a215n4g"), "secret:9m4e2mr0ui3e8a215n4g");
});

test("a setting that does not read as its option's type is refused with the text given", () => {
  const refusals = [
    ["workers", "foo", 'option "workers" expected int, got "foo"'],
    ["workers", "", 'option "workers" expected int, got ""'],
    ["workers", "1.0", 'option "workers" expected int, got "1.0"'],
    ["workers", "1e3", 'option "workers" expected int, got "1e3"'],
    [
      "workers",
      "9223372036854775808",
      'option "workers" takes ints from -9223372036854775808 to 9223372036854775807, got "9223372036854775808"',
    ],
    ["ratio", "1,5", 'option "ratio" expected float, got "1,5"'],
    ["ratio", "1e999", 'option "ratio" expected float, got "1e999"'],
    ["ratio", "NaN", 'option "ratio" expected float, got "NaN"'],
    ["debug", "yes", 'option "debug" expected boolean, got "yes"'],
    ["debug", "", 'option "debug" expected boolean, got ""'],
    ["password", "letmein", 'option "password" expected secret, got "letmein"'],
  ] as const;
  for (const [name, text, message] of refusals) {
    const option = getOption(options, name);
    assert.throws(() => parseSetting(name, option, text), { code: "not valid", message });
  }
});

test("an int of 64 bits is the one that was given, as a default and as a setting", () => {
  const text = "options: {a: {type: int, default: 9223372036854775807}, b: {type: int}, c: {}}";
  const long = parseConfig(text);
  const read = (name: string, given: string) => parseSetting(name, getOption(long, name), given);
  assert.equal(long.a?.default, "9223372036854775807");
  assert.equal(toValue(long.a, long.a?.default ?? null), 9223372036854775807n);
  for (const digits of ["-9223372036854775808", "9007199254740993", "+009007199254740993"]) {
    const setting = read("b", digits);
    assert.equal(toValue(long.b, setting), BigInt(digits.replace("+", "")));
    assert.equal(checkSetting("b", getOption(long, "b"), setting), setting);
  }
  assert.equal(toValue(long.b, read("b", "9007199254740991")), 9007199254740991);
  assert.equal(toValue(long.c, read("c", "9223372036854775807")), "9223372036854775807");
  assert.equal(toValue(undefined, "9223372036854775807"), "9223372036854775807");
});

test("an option that the charm does not have is unknown, even one that every object has", () => {
  for (const name of ["colour", "constructor"]) {
    const message = `unknown option "${name}"`;
    assert.throws(() => getOption(options, name), { code: "not valid", message });
  }
});

test("a typed setting is of its option's type, text that reads as such, or null", () => {
  const check = (name: string, value: unknown) =>
    checkSetting(name, getOption(options, name), value);

  assert.equal(check("workers", 3), 3);
  assert.equal(check("workers", "3"), 3);
  assert.equal(check("ratio", 3), 3);
  assert.equal(check("debug", "false"), false);
  assert.equal(check("title", null), null);
  const refusals = [
    ["title", 123, 'option "title" expected string, got 123'],
    ["title", false, 'option "title" expected string, got false'],
    ["workers", 12.5, 'option "workers" expected int, got 12.5'],
    [
      "workers",
      2 ** 60,
      'option "workers" takes an int as large as 1152921504606847000 only in quotes, as text',
    ],
    ["workers", [1], 'option "workers" expected int, got a list'],
    ["workers", "cheese", 'option "workers" expected int, got "cheese"'],
    ["ratio", Number.NaN, 'option "ratio" expected float, got NaN'],
    ["debug", 101, 'option "debug" expected boolean, got 101'],
  ] as const;
  for (const [name, value, message] of refusals) {
    assert.throws(() => check(name, value), { code: "not valid", message });
  }
});

test("a charm sees settings, defaults where there are none, and no nulls", () => {
  const settings = { title: "", workers: null, motto: "Onward", gone: "x" };

  assert.deepEqual(withDefaults(options, settings), {
    title: "",
    workers: 4,
    ratio: 1,
    debug: false,
    password: "",
    motto: "Onward",
  });
});

test("an option may have a name that every object has", () => {
  const odd = parseConfig("options: {constructor: {default: x}, __proto__: {default: z}}");

  assert.deepEqual(Object.entries(withDefaults(odd, {})), [
    ["constructor", "x"],
    ["__proto__", "z"],
  ]);
});
