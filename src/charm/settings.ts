/**
 * Settings as people give them: texts on a command line, or a YAML document.
 *
 * A text is read as its option's type says, a value in YAML has to be of that type. Either all that
 * was given is right, or nothing of it counts.
 */
import { parseYaml } from "#base/yaml.ts";
import {
  type ConfigOptions,
  checkSetting,
  getOption,
  parseSetting,
  type Setting,
} from "./config.ts";
import { isMapping } from "./fields.ts";
import { notValid } from "./refusal.ts";

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
): Record<string, Setting> {
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
    throw notValid(`settings are longer than ${yamlBytesMax} bytes`);
  }
  const document = parseYaml(yaml);
  const isThere = isMapping(document) && Object.hasOwn(document, name);
  const own = isThere ? document[name] : undefined;
  if (own === undefined) throw notValid(`no settings found for "${name}"`);
  if (own !== null && !isMapping(own)) {
    throw notValid(`settings of "${name}" are not a map of options to values`);
  }
  return own ?? {};
}
