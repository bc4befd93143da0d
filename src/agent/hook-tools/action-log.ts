/** action-log: tells whoever waits for the action how far it has come. */
import { hookTool } from "../hook-tool.ts";
import { requireAction } from "../hook-tool-actions.ts";

export default hookTool({
  summary: "Reports how far the action has come.",
  details: `
The message is shown at once to whoever waits for the action, and kept with it.
`,
  options: {},
  positionals: ["message"],

  async run({ message }, hook) {
    await requireAction(hook).log(message);
  },
});
