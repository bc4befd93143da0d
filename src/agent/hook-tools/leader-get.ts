/** leader-get: prints what the application's leader has told its other units. */
import { hookTool } from "../hook-tool-kit/hook-tool.ts";
import { findSetting } from "../hook-tool-kit/settings.ts";

export default hookTool({
  summary: "Prints the settings that the application's leader has written.",
  details: `
Without a key, or with -, it prints all of them. Every unit may read them.
`,
  options: {},
  positionals: ["[key]"],
  output: "smart",

  async run({ key }, hook) {
    const settings = await hook.leaderSettings();
    return key && key !== "-" ? findSetting(settings, key) : settings;
  },
});
