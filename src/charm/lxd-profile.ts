/**
 * LXD profiles: what a charm asks of the containers that it runs in, in `lxd-profile.yaml`.
 *
 * A file that cannot be read is refused; what it may not ask for is another matter, which whoever
 * deploys the charm can override.
 */
import { parseYamlTexts } from "#base/yaml.ts";
import { isAbsent, parseDocument, toFields, toOptionalText, toText } from "./fields.ts";
import { notValid, shown } from "./refusal.ts";

type Texts = Readonly<Record<string, string>>;

export interface LxdProfile {
  readonly description: string;
  readonly config: Texts;
  readonly devices: Readonly<Record<string, Texts>>;
}

const file = "lxd-profile.yaml";
const deviceTypes = ["unix-char", "unix-block", "gpu", "usb"];
const keptKeys = ["boot", "limits", "migration"];

/** Reads `lxd-profile.yaml`, of which every scalar is text. Throws `not valid`. */
export function parseLxdProfile(text: string): LxdProfile {
  const { description, config, devices } = toFields(
    parseDocument(file, text, parseYamlTexts),
    file,
  );
  const listed = Object.entries(toFields(devices, `${file}: devices`));
  return {
    description: toOptionalText(description, `${file}: description`),
    config: toTextMap(config, `${file}: config`),
    devices: Object.fromEntries(
      listed.map(([name, raw]) => [name, toTextMap(raw, `${file}: devices.${name}`)]),
    ),
  };
}

function toTextMap(value: unknown, where: string): Texts {
  const entries = Object.entries(toFields(value, where)).filter(([, each]) => !isAbsent(each));
  return Object.fromEntries(entries.map(([key, each]) => [key, toText(each, `${where}.${key}`)]));
}

/** Throws `not valid`, with Juju's text, for what a charm may not ask of a container. */
export function checkLxdProfile({ config, devices }: LxdProfile): void {
  const subject = `validating lxd profile: invalid ${file}`;
  const types = Object.values(devices).map(({ type = "" }) => type);
  const strange = types.find((type) => !deviceTypes.includes(type));
  if (strange !== undefined) throw notValid(`${subject}: contains device type ${shown(strange)}`);
  const keys = Object.keys(config);
  const kept = keys.find((key) => keptKeys.some((start) => key.startsWith(start)));
  if (kept !== undefined) throw notValid(`${subject}: contains config value ${shown(kept)}`);
}
