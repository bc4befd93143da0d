/**
 * Settings as people give them: texts on a command line, or a YAML document.
 *
 * A text is read as its option's type says, a value in YAML has to be of that type. Either all that
 * was given is right, or nothing of it counts.
 */
import { isMapping } from "#base/mapping.ts";
import {
  type ConfigOption,
  type ConfigOptions,
  checkSetting,
  getOption,
  parseSetting,
  type Setting,
} from "./config.ts";
import { parseDocument } from "./fields.ts";
import { notValid } from "./refusal.ts";

/** What every application can be told beside what its charm offers, under the name `trust`. */
export const trustOption: ConfigOption = {
  type: "boolean",
  description: "Whether the charm may use the credentials of the model's cloud",
  default: false,
};

export interface GivenSettings {
  readonly texts: Readonly<Record<string, string>>;
  /** A document whose top key is the application's name, or empty. */
  readonly yaml: string;
}

const yamlBytesMax = 5 * 1024 * 1024;

export interface ReadSettings {
  /** Those of the charm. A null one goes back to the default. */
  readonly settings: Readonly<Record<string, Setting>>;
  /** Undefined when nothing is said of it. */
  readonly isTrusted: boolean | undefined;
}

/** Throws `not valid` with the texts of Juju. */
export function readSettings(
  name: string,
  ofCharm: ConfigOptions,
  { texts, yaml }: GivenSettings,
): ReadSettings {
  const options = { ...ofCharm, trust: trustOption };
  const fromYaml = Object.entries(parseSettingsYaml(name, yaml)).map(
    ([key, value]) => [key, checkSetting(key, getOption(options, key), value)] as const,
  );
  const fromTexts = Object.entries(texts).map(
    ([key, text]) => [key, parseSetting(key, getOption(options, key), text)] as const,
  );
  const { trust, ...settings } = Object.fromEntries([...fromYaml, ...fromTexts]);
  return { settings, isTrusted: trust === undefined ? undefined : trust === true };
}

function parseSettingsYaml(name: string, yaml: string): Readonly<Record<string, unknown>> {
  if (yaml === "") return {};
  if (Buffer.byteLength(yaml) > yamlBytesMax) {
    throw notValid(`settings are longer than ${yamlBytesMax} bytes`);
  }
  const document = parseDocument("cannot parse settings data", yaml);
  const isThere = isMapping(document) && Object.hasOwn(document, name);
  if (!isThere && isMapping(document) && isMapping(document.settings)) return ofPrinted(document);
  const own = isThere ? document[name] : undefined;
  if (own === undefined) throw notValid(`no settings found for "${name}"`);
  if (own !== null && !isMapping(own)) {
    throw notValid(`settings of "${name}" are not a map of options to values`);
  }
  return own ?? {};
}

/**
 * What `config` prints has the settings under "settings", and trust apart, each with what there is to
 * say of it. One that is at its default goes back there; whoever writes another value beside that means it.
 */
function ofPrinted(document: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const parts = [document.settings, document["application-config"]];
  const entries = parts.flatMap((part) => (isMapping(part) ? Object.entries(part) : []));
  return Object.fromEntries(entries.map(([key, each]) => [key, toPrintedValue(key, each)]));
}

function toPrintedValue(key: string, printed: unknown): unknown {
  if (printed === null) return null;
  if (!isMapping(printed)) {
    throw notValid(
      `setting "${key}" is not written as "config" prints it: expected a map with a value`,
    );
  }
  const { source, value = null, default: standard = null } = printed;
  return source === "default" && value === standard ? null : value;
}
