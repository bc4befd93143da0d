/**
 * Settings as people give them: texts on a command line, or a YAML document.
 *
 * A text is read as its option's type says, a value in YAML has to be of that type. Either all that
 * was given is right, or nothing of it counts.
 */
import { Problem } from "#base/problem.ts";
import { parseYaml } from "#base/yaml.ts";
import {
  type ConfigOptions,
  checkSetting,
  getOption,
  parseSetting,
  withDefaults,
} from "#charm/config.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as charm from "../charm/charm.ts";
import * as application from "./application.ts";

export interface GivenSettings {
  readonly texts: Readonly<Record<string, string>>;
  /** A document whose top key is the application's name, or empty. */
  readonly yaml: string;
}

const yamlBytesMax = 5 * 1024 * 1024;

/** Throws `not valid` with the texts of Juju. A null setting goes back to the default. */
export function readSettings(
  name: string,
  options: ConfigOptions,
  { texts, yaml }: GivenSettings,
): application.Settings {
  const fromYaml = Object.entries(parseSettingsYaml(name, yaml)).map(
    ([key, value]) => [key, checkSetting(key, getOption(options, key), value)] as const,
  );
  const fromTexts = Object.entries(texts).map(
    ([key, text]) => [key, parseSetting(key, getOption(options, key), text)] as const,
  );
  return Object.fromEntries([...fromYaml, ...fromTexts]);
}

function parseSettingsYaml(name: string, yaml: string): Readonly<Record<string, unknown>> {
  if (yaml === "") return {};
  if (Buffer.byteLength(yaml) > yamlBytesMax) {
    throw new Problem("not valid", `settings are longer than ${yamlBytesMax} bytes`);
  }
  const document = parseYaml(yaml);
  const isThere = isMapping(document) && Object.hasOwn(document, name);
  const own = isThere ? document[name] : undefined;
  if (own === undefined) throw new Problem("not valid", `no settings found for "${name}"`);
  if (own !== null && !isMapping(own)) {
    throw new Problem("not valid", `settings of "${name}" are not a map of options to values`);
  }
  return own ?? {};
}

/** Changes settings of the charm that the application has now, and puts others back. */
export async function change(
  tx: Transaction,
  name: string,
  { given, reset }: { readonly given: GivenSettings; readonly reset: readonly string[] },
): Promise<void> {
  const { charm: url } = await application.getAlive(tx, name);
  const { content } = await charm.get(tx, url);
  for (const key of reset) getOption(content.config, key);
  const before = await application.getSettings(tx, { application: name, charm: url });
  const after = { ...before, ...readSettings(name, content.config, given) };
  const kept = Object.entries(after).filter(([key]) => !reset.includes(key));
  const settings = Object.fromEntries(kept);
  await application.saveSettings(tx, { application: name, charm: url, settings });
}

/** What hooks of the charm read, defaults included. */
export async function effective(
  tx: ReadTransaction,
  { application: name, charm: url }: { readonly application: string; readonly charm: string },
): Promise<application.Settings> {
  const { content } = await charm.get(tx, url);
  const own = await application.getSettings(tx, { application: name, charm: url });
  return withDefaults(content.config, own);
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
