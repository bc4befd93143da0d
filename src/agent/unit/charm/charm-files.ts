/** What a hook's tools have to know of the unit's charm, from its own files. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readTextIfAny } from "#base/files.ts";
import { isMapping } from "#base/mapping.ts";
import { parseYaml } from "#base/yaml.ts";
import { type ConfigOptions, parseConfig } from "#charm/config.ts";
import { endpointsOf, type Metadata, parseMetadata } from "#charm/metadata.ts";
import { type Metrics, parseMetrics } from "#charm/metrics.ts";

/** Every option of the charm. */
export async function readOptions(charm: string): Promise<ConfigOptions> {
  const text = await readTextIfAny(join(charm, "config.yaml"));
  return text === undefined ? {} : parseConfig(text);
}

/** What the charm measures. */
export async function readMetrics(charm: string): Promise<Metrics> {
  const text = await readTextIfAny(join(charm, "metrics.yaml"));
  return text === undefined ? {} : parseMetrics(text);
}

/** Every name under which the charm can listen: its endpoints and its extra bindings. */
export async function readBindings(charm: string): Promise<readonly string[]> {
  const metadata = await readMetadata(charm);
  return [...endpointsOf(metadata).keys(), ...metadata.extraBindings];
}

/** What the charm says that it is. */
export async function readMetadata(charm: string): Promise<Metadata> {
  return parseMetadata(await readFile(join(charm, "metadata.yaml"), "utf8"));
}

/** The type of each class of payloads that the charm has. */
export async function readPayloads(charm: string): Promise<Readonly<Record<string, string>>> {
  const document = parseYaml(await readFile(join(charm, "metadata.yaml"), "utf8"));
  const payloads = isMapping(document) && isMapping(document.payloads) ? document.payloads : {};
  const types = Object.entries(payloads).map(([name, each]) => [
    name,
    isMapping(each) ? String(each.type ?? "") : "",
  ]);
  return Object.fromEntries(types);
}
