/**
 * Config: the options that a charm offers in `config.yaml`, and the settings given for them.
 *
 * Null is a valid setting of any option, and means that there is none. An int of 64 bits that a
 * JavaScript number cannot hold exactly is kept as its digits.
 */

import { parseBoolean } from "#base/boolean.ts";
import { isMapping } from "#base/mapping.ts";
import { parseYamlTexts } from "#base/yaml.ts";
import {
  type Fields,
  isAbsent,
  parseDocument,
  toFields,
  toOptionalText,
  unexpected,
} from "./fields.ts";
import { notValid, shown } from "./refusal.ts";

const types = ["string", "int", "float", "boolean", "secret"] as const;

export type Setting = string | number | boolean | null;

export interface ConfigOption {
  readonly type: (typeof types)[number];
  readonly description: string;
  readonly default: Setting;
}

export type ConfigOptions = Readonly<Record<string, ConfigOption>>;

const file = "config.yaml";
const intPattern = /^[+-]?\d+$/;
const floatPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Empty for no secret. */
const secretPattern = /^(?:secret:\S+)?$/;

/** Reads and checks `config.yaml`. Throws `not valid`, with Juju's texts where it has them. */
export function parseConfig(text: string): ConfigOptions {
  const document = parseDocument(file, text);
  if (document === null) throw notValid("invalid config: empty configuration");
  if (!isMapping(document)) throw unexpected("map", document, file);
  const options = Object.entries(toFields(document.options, `${file}: options`));
  let texts: Fields | undefined;
  const digitsOf = (name: string) => {
    texts ??= toFields(toFields(parseYamlTexts(text), file).options, file);
    return toFields(texts[name], file).default;
  };
  return Object.fromEntries(options.map(([name, raw]) => [name, toOption(name, raw, digitsOf)]));
}

/** `digitsOf` says how the file itself writes an option's default. */
function toOption(name: string, raw: unknown, digitsOf: (name: string) => unknown): ConfigOption {
  const where = `${file}: option ${shown(name)}`;
  const fields = toFields(raw, where);
  const type = toType(name, fields.type);
  const isRounded =
    type === "int" && typeof fields.default === "number" && isTooLarge(fields.default);
  return {
    type,
    description: toDescription(fields.description, `${where}.description`),
    default: isRounded
      ? parseSetting(name, { type }, String(digitsOf(name)))
      : toDefault(name, type, fields.default),
  };
}

function toType(name: string, value: unknown): ConfigOption["type"] {
  if (isAbsent(value)) return "string";
  const type = types.find((candidate) => candidate === value);
  if (type !== undefined) return type;
  throw notValid(`invalid config: option ${shown(name)} has unknown type ${shown(value)}`);
}

/** A description that looks like a number is text all the same. */
function toDescription(value: unknown, where: string): string {
  const isScalar = typeof value === "number" || typeof value === "boolean";
  return isScalar ? String(value) : toOptionalText(value, where);
}

/** As in Juju, text stands for the boolean or the int that it reads as, but for no float. */
function toDefault(name: string, type: ConfigOption["type"], value: unknown): Setting {
  if (isAbsent(value)) return null;
  const read = typeof value === "string" && type !== "float" ? parseAs(type, value) : value;
  if (isOfType(type, read)) return read;
  throw notValid(`invalid config default: ${mismatch(name, type, value)}`);
}

/** The option of that name. Throws `not valid` when the charm has none. */
export function getOption(options: ConfigOptions, name: string): ConfigOption {
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (option === undefined) throw notValid(`unknown option ${shown(name)}`);
  return option;
}

/** Reads a setting that was given as text, on a command line. Throws `not valid`. */
export function parseSetting(
  name: string,
  { type }: Pick<ConfigOption, "type">,
  text: string,
): Setting {
  const value = parseAs(type, text);
  if (isOfType(type, value)) return value;
  throw notValid(mismatch(name, type, text));
}

function parseAs(type: ConfigOption["type"], text: string): Setting | undefined {
  switch (type) {
    case "string":
    case "secret":
      return text;
    case "int":
      return intPattern.test(text) ? toInt(text) : undefined;
    case "float":
      return floatPattern.test(text) ? Number(text) : undefined;
    case "boolean":
      return parseBoolean(text);
  }
}

/** A number, or the digits of one that is too large; undefined for one that has more than 64 bits. */
function toInt(text: string): number | string | undefined {
  const number = Number(text);
  if (Number.isSafeInteger(number)) return number;
  const digits = text.startsWith("+") ? text.slice(1) : text;
  return isLongInt(digits) ? `${BigInt(digits)}` : undefined;
}

function isLongInt(digits: string): boolean {
  if (!/^-?\d{16,30}$/.test(digits)) return false;
  const value = BigInt(digits);
  return BigInt.asIntN(64, value) === value && !Number.isSafeInteger(Number(digits));
}

/** The setting as programs read it, in which an int is never text. */
export function toValue(option: ConfigOption | undefined, setting: Setting): Setting | bigint {
  const isDigits = option?.type === "int" && typeof setting === "string" && isLongInt(setting);
  return isDigits ? BigInt(setting) : setting;
}

/**
 * Checks a setting that comes with a type, from YAML or JSON. As in Juju, text stands for what it
 * reads as. Throws `not valid`.
 */
export function checkSetting(name: string, option: ConfigOption, value: unknown): Setting {
  if (isAbsent(value)) return null;
  if (typeof value === "string") return parseSetting(name, option, value);
  if (isOfType(option.type, value)) return value;
  throw notValid(mismatch(name, option.type, value));
}

/** What the charm sees: the settings, the defaults where there are none, and no nulls. */
export function withDefaults(
  options: ConfigOptions,
  settings: Readonly<Record<string, Setting>>,
): Record<string, NonNullable<Setting>> {
  const values = Object.entries(options).flatMap(([name, option]) => {
    const setting = Object.hasOwn(settings, name) ? settings[name] : null;
    const value = setting ?? option.default;
    return value === null ? [] : [[name, value] as const];
  });
  return Object.fromEntries(values);
}

function isOfType(type: ConfigOption["type"], value: unknown): value is NonNullable<Setting> {
  switch (type) {
    case "string":
      return typeof value === "string";
    case "secret":
      return typeof value === "string" && secretPattern.test(value);
    case "int":
      return typeof value === "string" ? isLongInt(value) : Number.isSafeInteger(value);
    case "float":
      return Number.isFinite(value);
    case "boolean":
      return typeof value === "boolean";
  }
}

function mismatch(name: string, type: ConfigOption["type"], value: unknown): string {
  const plain = `option ${shown(name)} expected ${type}, got ${shown(value)}`;
  if (type !== "int" || !isTooLarge(value)) return plain;
  if (typeof value === "number") {
    return `option ${shown(name)} takes an int as large as ${value} only in quotes, as text`;
  }
  const range = `-${2n ** 63n} to ${2n ** 63n - 1n}`;
  return `option ${shown(name)} takes ints from ${range}, got ${shown(value)}`;
}

/** Whether it is an int that nothing here can hold as it is. */
function isTooLarge(value: unknown): boolean {
  if (typeof value === "string") return intPattern.test(value) && toInt(value) === undefined;
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}
