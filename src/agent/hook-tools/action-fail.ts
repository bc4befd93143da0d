/** action-fail: says that the action that runs has failed. */

import { requireAction } from "../hook-tool-kit/actions.ts";
import { hookTool } from "../hook-tool-kit/hook-tool.ts";

const defaultMessage = "action failed without reason given, check action for errors";

export default hookTool({
  summary: "Says that the action has failed, and why.",
  details: `
The action goes on, and its results are kept; but it counts as failed, whatever its
exit status is. Of several messages the last one counts.
`,
  options: {},
  positionals: ["[message]"],

  run({ message }, hook) {
    requireAction(hook).fail(message || defaultMessage);
  },
});
