/** What a hook's tools have to know of the unit's charm, from its own files. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readTextIfAny } from "#base/files.ts";
import { parseConfig, type Setting } from "#charm/config.ts";
import { endpointsOf, parseMetadata } from "#charm/metadata.ts";

/** Every option of the charm; those that have no default are null. */
export async function readDefaults(charm: string): Promise<Readonly<Record<string, Setting>>> {
  const text = await readTextIfAny(join(charm, "config.yaml"));
  const options = text === undefined ? {} : parseConfig(text);
  return Object.fromEntries(Object.entries(options).map(([name, each]) => [name, each.default]));
}

/** Every name under which the charm can listen: its endpoints and its extra bindings. */
export async function readBindings(charm: string): Promise<readonly string[]> {
  const metadata = parseMetadata(await readFile(join(charm, "metadata.yaml"), "utf8"));
  return [...endpointsOf(metadata).keys(), ...metadata.extraBindings];
}
