/** machines: the machines of a model. */
import { command } from "../command.ts";
import { machineOptions, showMachines } from "../machines.ts";

export default command({
  summary: "Lists machines in a model.",
  details: `
Shows the state of each machine's agent, its address, and what the cloud says of it.
`,
  examples: ["jumar machines", "jumar machines --format yaml"],
  seeAlso: ["show-machine", "add-machine", "remove-machine", "status"],
  positionals: [],
  options: machineOptions,
  scope: "model",
  formats: ["tabular", "json", "yaml"],

  async run({ color, utc }, context) {
    await showMachines(context, { ids: [], color, utc });
  },
});
