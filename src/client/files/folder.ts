/**
 * The client's own files, in Juju's format and at Juju's place, so that every client of Juju finds
 * the controllers that this one made, and the other way round.
 *
 * A change reads the file, alters what it is about and writes the whole file in one step. Changes
 * wait for each other; what other programs keep in the files stays.
 */

import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Clock } from "#base/clock.ts";
import { readTextIfAny, writeFileDurably } from "#base/files.ts";
import { isMapping } from "#base/mapping.ts";
import { messageOf, Problem } from "#base/problem.ts";
import { formatYaml, parseYaml } from "#base/yaml.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** `$JUJU_DATA`, or where Juju keeps its files otherwise. */
export function clientFolder(environment: NodeJS.ProcessEnv): string {
  const { JUJU_DATA: own, XDG_DATA_HOME: data } = environment;
  return own || join(data || join(homedir(), ".local", "share"), "juju");
}

/** The file's content; empty when there is no such file. Throws `not valid` for what is no map. */
export async function readFields(path: string): Promise<Fields> {
  const text = await readTextIfAny(path);
  if (text === undefined) return {};
  const fields = parseOwn(path, text);
  if (fields === null || fields === undefined) return {};
  if (isMapping(fields)) return fields;
  throw new Problem("not valid", `${path} is not a file of this client: it is no map`);
}

function parseOwn(path: string, text: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    const message = `cannot read ${path}: ${messageOf(error)}; mend the file, or remove it`;
    throw new Problem("not valid", message, { cause: error });
  }
}

/** Alters the file while nobody else does. */
export async function changeFields(
  folder: string,
  { name, clock }: { readonly name: string; readonly clock: Clock },
  change: (fields: Fields) => Fields,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { whileLocked } = await import("./lock.ts");
  await whileLocked(folder, clock, async () => {
    const path = join(folder, name);
    await writeFileDurably(path, formatYaml(change(await readFields(path))));
  });
}

/** The map under the key, or an empty one. */
export function fieldsAt(fields: Fields, key: string): Fields {
  const value = fields[key];
  return isMapping(value) ? value : {};
}
