/** leader-set: tells the application's other units something. */
import { hookTool } from "../hook-tool-kit/hook-tool.ts";
import { parseSettingWords } from "../hook-tool-kit/settings.ts";

export default hookTool({
  summary: "Writes settings for the other units of the application.",
  details: `
Only the leader may. The settings are written at once, even if the hook fails later, and the other
units run leader-settings-changed. A setting without a value is removed.
`,
  options: {},
  positionals: ["[key=value...]"],

  async run({ "key=value": words }, hook) {
    await hook.setLeaderSettings(parseSettingWords(words));
  },
});
