/** config-get: prints the application's settings. */
import { UsageError } from "#base/usage.ts";
import { flag, hookTool } from "../hook-tool-kit/hook-tool.ts";
import { findSetting } from "../hook-tool-kit/settings.ts";

export default hookTool({
  summary: "Prints the application's settings.",
  details: `
Without a key, it prints all settings that have a value, defaults included; with
--all, those that have none as well, as null. A key that is not known has no value.
`,
  options: { all: flag("Prints all keys, those without a value as null.", { short: "a" }) },
  positionals: ["[key]"],
  output: "smart",

  async run({ key, all }, hook) {
    if (!key) return all ? hook.allSettings() : hook.settings();
    if (!all) return findSetting(await hook.settings(), key);
    throw new UsageError(`cannot use argument --all together with key "${key}"`);
  },
});
