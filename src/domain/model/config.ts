/**
 * A model's settings: what they may be, and what they are when nobody sets them.
 *
 * One that is not known is kept as it is, as Juju does, for whoever reads it; clients say that its
 * name may be misspelt.
 */

import { parseBoolean } from "#base/boolean.ts";
import { isMapping } from "#base/mapping.ts";
import { isProblem, Problem } from "#base/problem.ts";
import { modelSettings, type Setting, type SettingType, type Value } from "./known-settings.ts";

export type ModelSettings = Readonly<Record<string, Value>>;

const keyPattern = /^[a-zA-Z][\w.-]{0,99}$/;
const valueLengthMax = 1024 * 1024;
/** How many settings a model may have besides those that are known. */
export const unknownSettingsMax = 100;

/** The value as it is kept. Throws `not valid` for a key or a value that cannot be. */
export function checkSetting(key: string, value: unknown): Value {
  checkKey(key);
  const setting = findSetting(key);
  const typed = setting ? toType(value, setting.type) : toUnknown(value);
  if (typed === undefined) {
    const message = `${key}: expected ${setting?.type ?? "text"}, got ${describe(value)}`;
    throw new Problem("not valid", message);
  }
  const { length } = JSON.stringify(typed);
  if (length > valueLengthMax) {
    const message = `${key}: a value of ${length} characters is longer than ${valueLengthMax}`;
    throw new Problem("not valid", message);
  }
  const complaint = complaintAbout(setting, typed);
  if (complaint !== undefined) throw new Problem("not valid", `${key}: ${complaint}`);
  return typed;
}

function complaintAbout(setting: Setting | undefined, value: Value): string | undefined {
  try {
    return setting?.check?.(String(value));
  } catch (error) {
    if (isProblem(error)) return error.message;
    throw error;
  }
}

/** Throws `not valid` for what can be no setting's name. */
export function checkKey(key: string): void {
  if (keyPattern.test(key)) return;
  const rule = "expected letters, digits, dots, dashes and underscores, a letter first";
  throw new Problem("not valid", `"${key}" is not a valid name of a setting: ${rule}`);
}

export function checkSettings(settings: Readonly<Record<string, unknown>>): ModelSettings {
  const checked = Object.entries(settings).map(([key, value]) => [key, checkSetting(key, value)]);
  return Object.fromEntries(checked);
}

/** Throws `not valid` for more settings that are not known than anybody needs. */
export function refuseTooMany(settings: ModelSettings): void {
  const unknown = Object.keys(settings).filter((key) => findSetting(key) === undefined);
  if (unknown.length <= unknownSettingsMax) return;
  const message = `a model cannot have more than ${unknownSettingsMax} settings that are not known`;
  throw new Problem("not valid", message);
}

/** Undefined for one that is not known. */
export function findSetting(key: string): Setting | undefined {
  return Object.hasOwn(modelSettings, key) ? modelSettings[key] : undefined;
}

export const defaultSettings: ModelSettings = Object.fromEntries(
  Object.entries(modelSettings).map(([key, { default: value }]) => [key, value]),
);

export function withDefaults(settings: ModelSettings): ModelSettings {
  return { ...defaultSettings, ...settings };
}

export function isSameValue(one: Value | undefined, other: Value | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function toType(value: unknown, type: SettingType): Value | undefined {
  if (type === "string") return typeof value === "string" ? value : undefined;
  if (type === "bool") return typeof value === "string" ? parseBoolean(value) : toBool(value);
  return type === "int" ? toInteger(value) : toAttributes(value);
}

function toBool(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

function toInteger(value: unknown): number | undefined {
  const number = typeof value === "string" && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : undefined;
}

/** A mapping of texts, or `key=value` pairs with spaces between them. */
function toAttributes(value: unknown): Value | undefined {
  const entries = typeof value === "string" ? splitPairs(value) : toEntries(value);
  if (entries === undefined) return undefined;
  return Object.fromEntries(entries);
}

function splitPairs(value: string): [string, string][] | undefined {
  const words = value.split(/[\s,]+/).filter((word) => word !== "");
  if (words.some((word) => word.indexOf("=") < 1)) return undefined;
  return words.map((word) => [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)]);
}

function toEntries(value: unknown): [string, string][] | undefined {
  if (!isMapping(value)) return undefined;
  const entries = Object.entries(value);
  const areTexts = entries.every(([, each]) => typeof each === "string");
  return areTexts ? (entries as [string, string][]) : undefined;
}

function toUnknown(value: unknown): Value | undefined {
  const isKept = ["string", "number", "boolean"].includes(typeof value);
  return isKept ? (value as Value) : toAttributes(value);
}

/** In Juju's words, as in `string("yes")`. */
function describe(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  const names: Readonly<Record<string, string>> = { boolean: "bool", number: "number" };
  const type = typeof value;
  return `${names[type] ?? type}(${JSON.stringify(value)})`;
}
