/** Settings as they are given on a command line: `key=value`, `key=@file`, or a file of them. */
import { readFile, stat } from "node:fs/promises";
import { isMissing } from "#base/files.ts";
import { Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import type { GivenSettings } from "#charm/settings.ts";

const fileBytesMax = 5 * 1024 * 1024;

/** A word without an equals sign is the name of a file. Throws a `UsageError` for two files. */
export async function readGiven(words: readonly string[]): Promise<GivenSettings> {
  const files = words.filter((word) => !word.includes("="));
  if (files.length > 1) {
    throw new UsageError(`only a single config YAML file can be specified, got ${files.length}`);
  }
  const [file] = files;
  const pairs = words.filter((word) => word.includes("="));
  const texts = Object.fromEntries(await Promise.all(pairs.map(readPair)));
  return { texts, yaml: file === undefined ? "" : await readBounded(file) };
}

async function readPair(word: string): Promise<[string, string]> {
  const at = word.indexOf("=");
  const [key, value] = [word.slice(0, at), word.slice(at + 1)];
  if (key === "") throw new UsageError(`expected "key=value", got "${word}"`);
  return [key, value.startsWith("@") ? await readBounded(value.slice(1)) : value];
}

/** Throws `not valid` with Juju's text for a file that is too large. */
export async function readBounded(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > fileBytesMax) {
      throw new Problem("not valid", "size of option file is larger than 5M");
    }
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) throw new Problem("not found", `there is no file "${path}"`);
    throw error;
  }
}
