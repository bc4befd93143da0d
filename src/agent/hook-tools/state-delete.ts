/** state-delete: removes a key of the unit's state. */
import { hookTool } from "../hook-tool-kit/hook-tool.ts";

export default hookTool({
  summary: "Removes a key from the state that the controller keeps for the unit.",
  details: `
The key is gone when the hook has succeeded. A key that is not there is no error.
`,
  options: {},
  positionals: ["[key]"],

  async run({ key }, hook) {
    if (key) await hook.setState({ [key]: "" });
  },
});
