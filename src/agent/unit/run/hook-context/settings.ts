/** What tools see of the application's settings. */
import { type ConfigOptions, type Setting, toValue } from "#charm/config.ts";
import type { SettingsContext } from "../../../hook-context.ts";
import { readOptions } from "../../charm/charm-files.ts";
import type { HookSubject } from "./subject.ts";

type Values = Readonly<Record<string, Setting>>;

export function settingsContext({ desired, charm }: HookSubject): SettingsContext {
  const given = desired.config as Values;
  return {
    /** Which option is of which type matters only where a text may be an int. */
    settings: async () =>
      Object.values(given).some(isDigits) ? toValues(await readOptions(charm), given) : given,

    async allSettings() {
      const options = await readOptions(charm);
      const defaults = Object.entries(options).map(([name, each]) => [name, each.default] as const);
      return toValues(options, { ...Object.fromEntries(defaults), ...given });
    },
  };
}

function isDigits(setting: Setting): boolean {
  return typeof setting === "string" && /^-?\d+$/.test(setting);
}

function toValues(options: ConfigOptions, settings: Values) {
  const values = Object.entries(settings).map(
    ([name, setting]) =>
      [name, toValue(Object.hasOwn(options, name) ? options[name] : undefined, setting)] as const,
  );
  return Object.fromEntries(values);
}
