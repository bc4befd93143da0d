/** Settings as they are given on a command line: `key=value`, `key=@file`, or a file of them. */

import { readFile, stat } from "node:fs/promises";
import { isMissing } from "#base/files.ts";
import { Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import type { GivenSettings } from "#charm/settings.ts";
import { parseCommaList } from "./comma-list.ts";

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

/** What a command that reads and changes settings is asked for. */
export interface SettingsRequest {
  /** The setting to show, if one is named. */
  readonly key: string | undefined;
  /** As in `key=value`. */
  readonly pairs: readonly string[];
  /** The settings to go back to their defaults. */
  readonly reset: readonly string[];
}

/** Throws a `UsageError`, in Juju's words, for what cannot be done at once. */
export function parseSettingsRequest(words: readonly string[], reset: string): SettingsRequest {
  const keys = words.filter((word) => !word.includes("="));
  const pairs = words.filter((word) => word.includes("="));
  const unset = parseCommaList(reset);
  if (keys.length > 0 && pairs.length + unset.length > 0) {
    throw new UsageError("cannot set and retrieve values simultaneously");
  }
  if (keys.length > 1) throw new UsageError("can only retrieve a single value, or all values");
  const both = unset.find((key) => pairs.some((pair) => pair.startsWith(`${key}=`)));
  if (both !== undefined) throw new UsageError(`cannot set and reset "${both}" simultaneously`);
  return { key: keys[0], pairs, reset: unset };
}

export function parseKeyValues(words: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(words.map(splitPair));
}

async function readPair(word: string): Promise<[string, string]> {
  const [key, value] = splitPair(word);
  return [key, value.startsWith("@") ? await readBounded(value.slice(1)) : value];
}

function splitPair(word: string): [key: string, value: string] {
  const at = word.indexOf("=");
  if (at < 1) throw new UsageError(`expected "key=value", got "${word}"`);
  return [word.slice(0, at), word.slice(at + 1)];
}

/** A dash is standard input. Throws `not valid` with Juju's text for a file that is too large. */
export async function readBounded(path: string): Promise<string> {
  if (path === "-") return await readInput();
  try {
    const { size } = await stat(path);
    if (size > fileBytesMax) {
      throw tooLarge();
    }
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) throw new Problem("not found", `there is no file "${path}"`);
    throw error;
  }
}

async function readInput(): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of process.stdin as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > fileBytesMax) throw tooLarge();
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

function tooLarge(): Problem {
  return new Problem("not valid", "size of option file is larger than 5M");
}
