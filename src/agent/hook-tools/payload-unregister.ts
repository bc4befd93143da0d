/** payload-unregister: tells that a payload is gone. */
import { hookTool } from "../hook-tool-kit/hook-tool.ts";

export default hookTool({
  summary: "Forgets a payload.",
  details: `
It is forgotten at once. One that there is not is no error.
`,
  options: {},
  positionals: ["class", "id"],

  run: ({ class: kind, id }, hook) => hook.unregisterPayload({ class: kind, id }),
});
