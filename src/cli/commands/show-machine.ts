/** show-machine: all that is known of some machines. */
import { command } from "../command.ts";
import { machineOptions, showMachines } from "../machines.ts";

export default command({
  summary: "Show a machine's status.",
  details: `
Shows all that "status" knows of the machines that are named, or of every machine.
`,
  examples: ["jumar show-machine 0", "jumar show-machine 1 2 --format json"],
  seeAlso: ["machines", "add-machine", "status"],
  positionals: ["[machines...]"],
  options: machineOptions,
  scope: "model",
  formats: ["yaml", "json", "tabular"],

  async run({ machines, color, utc }, context) {
    await showMachines(context, { ids: machines, color, utc });
  },
});
