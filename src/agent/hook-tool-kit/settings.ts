/** Settings as hook tools take them: words `key=value`, and a file with a YAML map. */

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { isMissing } from "#base/files.ts";
import { Problem } from "#base/problem.ts";
import { decodeUtf8 } from "#base/text.ts";
import { UsageError } from "#base/usage.ts";
import { parseYamlTexts } from "#base/yaml.ts";
import type { HookContext, Settings } from "../hook-context.ts";
import { option } from "./hook-tool.ts";

export const fileOption = option("A YAML map of more settings; - is standard input.");

/** A setting's value, or null if there is none under that key. */
export function findSetting<Value>(
  settings: Readonly<Record<string, Value>>,
  key: string,
): Value | null {
  return Object.hasOwn(settings, key) ? (settings[key] ?? null) : null;
}

/**
 * The settings in the file, and those in words, which override them. What is to go is empty.
 * Throws a `UsageError` for words that are no settings, `not valid` for what is no map of text.
 */
export async function readSettings(
  hook: HookContext,
  { words, file }: { readonly words: readonly string[]; readonly file: string | undefined },
): Promise<Settings> {
  const given = parseSettingWords(words);
  return file ? { ...parseMap(file, await readFileOrInput(hook, file)), ...given } : given;
}

/** Words `key=value`, without the space around either; an empty word says nothing. Throws a `UsageError`. */
export function parseSettingWords(words: readonly string[]): Settings {
  const settings = new Map<string, string>();
  for (const word of words.filter((each) => each !== "")) {
    const [, key, value] = /^\s*([^=]*?)\s*=\s*(.*?)\s*$/s.exec(word) ?? [];
    if (!key || value === undefined) {
      throw new UsageError(`expected "key=value", got ${JSON.stringify(word)}`);
    }
    if (settings.has(key)) throw new UsageError(`key "${key}" specified more than once`);
    settings.set(key, value);
  }
  return Object.fromEntries(settings);
}

async function readFileOrInput(hook: HookContext, file: string): Promise<string> {
  const text = decodeUtf8(file === "-" ? await hook.readInput() : await readIt(hook, file));
  if (text === undefined) throw unreadable(file, "it is not UTF-8");
  return text;
}

async function readIt({ workingFolder }: HookContext, file: string): Promise<Buffer> {
  try {
    return await readFile(resolve(workingFolder, file));
  } catch (error) {
    if (isMissing(error)) throw unreadable(file, "there is no such file");
    throw error;
  }
}

function parseMap(file: string, text: string): Settings {
  const map = (text.trim() && parseYamlTexts(text)) || {};
  if (typeof map !== "object" || Array.isArray(map)) {
    throw unreadable(file, `expected a YAML map, got ${JSON.stringify(map)}`);
  }
  const settings = Object.entries(map).map(([key, value]) => [key, toSetting(file, key, value)]);
  return Object.fromEntries(settings);
}

/** No store keeps a NUL in a text, and no command line has one. */
function toSetting(file: string, key: string, value: unknown): string {
  if (value === null) return "";
  const setting = String(value);
  if (typeof value === "object") throw unreadable(file, `the value of "${key}" is not text`);
  if (!`${key}${setting}`.includes("\0")) return setting;
  throw unreadable(file, `the value of ${JSON.stringify(key)} has a NUL in it`);
}

function unreadable(file: string, reason: string): Problem {
  return new Problem("not valid", `cannot read settings from ${file}: ${reason}`);
}
