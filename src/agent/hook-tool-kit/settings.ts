/** Settings as hook tools take them: words `key=value`, and a file with a YAML map. */

import { resolve } from "node:path";
import { readTextIfAny } from "#base/files.ts";
import { Problem } from "#base/problem.ts";
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

/** Words `key=value`. Throws a `UsageError`. */
export function parseSettingWords(words: readonly string[]): Settings {
  const settings = new Map<string, string>();
  for (const word of words) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
    if (key === undefined || value === undefined) {
      throw new UsageError(`expected "key=value", got ${JSON.stringify(word)}`);
    }
    if (settings.has(key)) throw new UsageError(`key "${key}" specified more than once`);
    settings.set(key, value);
  }
  return Object.fromEntries(settings);
}

async function readFileOrInput(hook: HookContext, file: string): Promise<string> {
  if (file === "-") return await hook.readInput();
  const text = await readTextIfAny(resolve(hook.workingFolder, file));
  if (text !== undefined) return text;
  throw new Problem("not valid", `cannot read settings from ${file}: there is no such file`);
}

function parseMap(file: string, text: string): Settings {
  const map = text.trim() === "" ? {} : parseYamlTexts(text);
  if (typeof map !== "object" || map === null || Array.isArray(map)) {
    const reason = `expected a YAML map, got ${JSON.stringify(map)}`;
    throw new Problem("not valid", `cannot read settings from ${file}: ${reason}`);
  }
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => {
      if (typeof value !== "object") return [key, String(value)];
      if (value === null) return [key, ""];
      const reason = `the value of "${key}" is not text`;
      throw new Problem("not valid", `cannot read settings from ${file}: ${reason}`);
    }),
  );
}
