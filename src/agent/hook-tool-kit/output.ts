/**
 * How hook tools print what they return, as charms of all ages read it.
 *
 * Records are printed with their keys sorted, as Go prints maps. What Go prints in the order of its
 * declaration is a `Map` here; see `inOrder`.
 */
import { byKey } from "#base/order.ts";
import { formatYaml } from "#base/yaml.ts";
import type { Format } from "./hook-tool.ts";

export function formatResult(result: unknown, format: Format): string {
  const value = toPrinted(result ?? null);
  switch (format) {
    case "smart":
      return formatSmart(value);
    case "yaml":
      return value === null ? "" : formatYaml(value);
    case "json":
      return `${JSON.stringify(value, writeLong)}\n`;
    case "raw":
      return String(value ?? "");
  }
}

/** The compiler does not know of it yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** Ints that a number cannot hold are ints in JSON all the same. */
function writeLong(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? rawJSON(`${value}`) : value;
}

/** A record whose keys are printed as they stand. */
export function inOrder(record: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(record));
}

/** Without what shells would have to strip: no quotes around text, no dashes before a list's. */
function formatSmart(value: unknown): string {
  const text = toSmartText(value);
  if (text === undefined) return formatYaml(value);
  return text === "" ? "" : `${text}\n`;
}

function toSmartText(value: unknown): string | undefined {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "True" : "False";
  const isTexts = Array.isArray(value) && value.every((each) => typeof each === "string");
  return isTexts ? value.join("\n") : undefined;
}

function toPrinted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toPrinted);
  if (value instanceof Map) return fromEntries([...value]);
  if (typeof value !== "object" || value === null) return value;
  return fromEntries(Object.entries(value).toSorted(byKey));
}

function fromEntries(entries: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(entries.map(([key, value]) => [key, toPrinted(value)]));
}
