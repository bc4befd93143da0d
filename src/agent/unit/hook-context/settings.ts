/** What tools see of the application's settings. */
import type { Setting } from "#charm/config.ts";
import type { SettingsContext } from "../../hook-context.ts";
import { readDefaults } from "../charm-files.ts";
import type { HookSubject } from "./subject.ts";

type Values = Readonly<Record<string, Setting>>;

export function settingsContext({ desired, charm }: HookSubject): SettingsContext {
  const given = desired.config as Values;
  return {
    settings: () => given,
    allSettings: async () => ({ ...(await readDefaults(charm)), ...given }),
  };
}
