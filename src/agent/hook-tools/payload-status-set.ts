/** payload-status-set: tells how a payload is. */
import { hookTool } from "../hook-tool-kit/hook-tool.ts";

export default hookTool({
  summary: "Sets the status of a payload.",
  details: `
The payload was registered before. The status is starting, started, running,
stopping or stopped, and is set at once.
`,
  options: {},
  positionals: ["class", "id", "status"],

  run: ({ class: kind, id, status }, hook) => hook.setPayloadStatus({ class: kind, id, status }),
});
