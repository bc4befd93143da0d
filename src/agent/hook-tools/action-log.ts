/** action-log: tells whoever waits for the action how far it has come. */
import { UsageError } from "#base/usage.ts";
import { requireAction } from "../hook-tool-kit/actions.ts";
import { hookTool } from "../hook-tool-kit/hook-tool.ts";

export default hookTool({
  summary: "Reports how far the action has come.",
  details: `
The words of the message are joined by spaces. It is shown at once to whoever waits for the action, and kept with it.
`,
  options: {},
  positionals: ["[message...]"],

  async run({ message }, hook) {
    if (message.length === 0) throw new UsageError("no message specified");
    await requireAction(hook).log(message.join(" "));
  },
});
