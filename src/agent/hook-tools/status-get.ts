/** status-get: prints what the charm has said of its workload. */
import type { Status } from "../hook-context.ts";
import { flag, hookTool } from "../hook-tool-kit/hook-tool.ts";

export default hookTool({
  summary: "Prints the status of the unit or of the application.",
  details: `
By default it prints the status alone, without its message and data.
`,
  options: {
    application: flag("Of the application and all its units, if the unit leads."),
    "include-data": flag("Prints the message and the data as well."),
  },
  positionals: [],
  output: "smart",

  async run({ application, "include-data": isFull }, hook, format) {
    const isBare = format === "smart" && !isFull;
    if (!application) {
      const status = await hook.workloadStatus();
      return isBare ? status.status : describe(status, isFull);
    }
    const { units, ...status } = await hook.applicationStatus();
    if (isBare) return status.status;
    const described = Object.entries(units).map(([unit, each]) => [unit, describe(each, isFull)]);
    const all = { ...describe(status, isFull), units: Object.fromEntries(described) };
    return { "application-status": all };
  },
});

function describe({ status, message, data }: Status, isFull: boolean): object {
  return isFull ? { message, status, "status-data": data } : { status };
}
