/** state-get: prints the unit's state. */
import { Problem } from "#base/problem.ts";
import { flag, hookTool } from "../hook-tool-kit/hook-tool.ts";
import { findSetting } from "../hook-tool-kit/settings.ts";

export default hookTool({
  summary: "Prints the state that the controller keeps for the unit.",
  details: `
Without a key, or with -, it prints all of it. A key that is not there is empty.
`,
  options: { strict: flag("Fails for a key that is not there.") },
  positionals: ["[key]"],
  output: "smart",

  async run({ key, strict }, hook) {
    const state = await hook.state();
    if (!key || key === "-") return state;
    const value = findSetting(state, key);
    if (value === null && strict) throw new Problem("not found", `"${key}" not found`);
    return value ?? "";
  },
});
