/**
 * Fields: the raw values of a charm's YAML files, taken one by one.
 *
 * Each reader says where it looked, what it expected and what was there, in one line. A field that
 * is null counts as absent, since charms leave keys behind whose values they have commented out.
 */
import { parseBoolean } from "#base/boolean.ts";
import { isMapping } from "#base/mapping.ts";
import { messageOf, type Problem } from "#base/problem.ts";
import { parseYaml } from "#base/yaml.ts";
import { notValid, shown } from "./refusal.ts";

export type Fields = Readonly<Record<string, unknown>>;

const anythingButComments = /^[ \t]*[^\s#]/m;

/** Names become parts of paths and of hook names, so nothing in them may lead elsewhere. */
const safeName = /^[a-zA-Z][a-zA-Z0-9_.-]*$/;

/** The value of a YAML file, null when the file is empty. Throws `not valid`, naming the file. */
export function parseDocument(
  file: string,
  text: string,
  parse: (text: string) => unknown = parseYaml,
): unknown {
  if (!anythingButComments.test(text)) return null;
  try {
    return parse(text);
  } catch (error) {
    throw notValid(`${file}: ${messageOf(error)}`, { cause: error });
  }
}

export function toFields(value: unknown, where: string): Fields {
  if (isAbsent(value)) return {};
  if (isMapping(value)) return value;
  throw unexpected("map", value, where);
}

/** A map of things that bear the names they are found under. */
export function toNamed<T>(
  value: unknown,
  where: string,
  make: (name: string, raw: unknown) => T,
): Record<string, T> {
  const entries = Object.entries(toFields(value, where));
  return Object.fromEntries(
    entries.map(([name, raw]) => [checkName(name, where), make(name, raw)] as const),
  );
}

function checkName(name: string, where: string): string {
  if (safeName.test(name)) return name;
  throw notValid(`${where}: invalid name ${shown(name)}`);
}

export function toText(value: unknown, where: string): string {
  if (typeof value === "string") return value;
  throw unexpected("string", value, where);
}

export function toOptionalText(value: unknown, where: string): string {
  return isAbsent(value) ? "" : toText(value, where);
}

export function toTexts(value: unknown, where: string): string[] {
  if (isAbsent(value)) return [];
  if (!Array.isArray(value)) throw unexpected("list", value, where);
  return value.map((item) => toText(item, where));
}

/** False when it is absent; text stands for what it reads as, as in Juju. */
export function toBoolean(value: unknown, where: string): boolean {
  if (isAbsent(value)) return false;
  const read = typeof value === "string" ? parseBoolean(value) : value;
  if (typeof read === "boolean") return read;
  throw unexpected("bool", value, where);
}

/** A count, 0 when it is absent; text stands for what it reads as, as in Juju. */
export function toCount(value: unknown, where: string): number {
  if (isAbsent(value)) return 0;
  const count = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  if (Number.isSafeInteger(count) && Number(count) >= 0) return Number(count);
  throw unexpected("whole number", value, where);
}

export function toOneOf<T extends string>(value: unknown, choices: readonly T[], where: string): T {
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw unexpected(choices.join(" or "), value, where);
  return choice;
}

export function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

export function unexpected(expected: string, value: unknown, where: string): Problem {
  return notValid(`${where}: expected ${expected}, got ${shown(value)}`);
}
