/** status-set: tells how the workload is. */
import { UsageError } from "#base/usage.ts";
import { flag, hookTool } from "../hook-tool-kit/hook-tool.ts";

const statuses: readonly string[] = ["maintenance", "blocked", "waiting", "active"];

export default hookTool({
  summary: "Sets the status of the unit or of the application.",
  details: `
The status is maintenance, blocked, waiting or active; the message is for people.
It is set at once.
`,
  options: { application: flag("Of the application, which only the leader may.") },
  positionals: ["status", "[message]"],
  missing: "invalid args, require <status> [message]",

  async run({ status, message = "", application }, hook) {
    if (!statuses.includes(status)) {
      const expected = `expected one of [${statuses.join(" ")}]`;
      throw new UsageError(`invalid status "${status}", ${expected}`);
    }
    await hook.setStatus(application ? "application" : "workload", status, message);
  },
});
