/** upgrade-controller: moves the controller itself to another version. */
import { command } from "../command.ts";
import { findControllerModel } from "../controller-model.ts";
import { upgradeModel, upgradeOptions } from "../upgrade-agents.ts";

export default command({
  summary: "Upgrades Juju on a controller.",
  details: `
Does what "upgrade-model" does, for the controller's own model. An agent binary that the controller
does not have yet is sent there first, if this client has it and nothing stands in the way. While the
controller restarts, commands wait for a moment; machines and their workloads go on.
`,
  examples: ["jumar upgrade-controller", "jumar upgrade-controller --agent-version 3.6.101"],
  seeAlso: ["upgrade-model", "status", "rollouts"],
  positionals: [],
  options: upgradeOptions,
  scope: "controller",

  async run(args, context) {
    const controller = await context.controllerName();
    await upgradeModel(context, {
      ...{ controller, find: findControllerModel, command: "upgrade-controller" },
      version: args["agent-version"],
      isDryRun: args["dry-run"],
      ignoresAgentVersions: args["ignore-agent-versions"],
      refused: { "--build-agent": args["build-agent"] },
    });
  },
});
