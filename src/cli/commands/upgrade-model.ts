/** upgrade-model: moves a model's agents to another version. */
import { command, flag } from "../command.ts";
import { upgradeModel, upgradeOptions } from "../upgrade-agents.ts";

export default command({
  summary: "Upgrades Juju on all machines in a model.",
  details: `
Begins the upgrade of all agents in the model. Without --agent-version, a model goes to the version of
its controller, and the controller's own model to the newest patch that the controller or this client
has.

The controller's model goes first (-m controller, or "upgrade-controller"); no model can go beyond its
controller. Each machine fetches the new agent from the controller, verifies it, waits for a running
hook to end, and starts it on probation: if it does not report that it works, the machine returns to
the version before by itself, and the rollout halts. When the reason is mended, run the same command
again.

"status" shows how far it has come: the model's notes while it is under way, and each agent's version
in the yaml and json formats. "rollouts" shows every upgrade there was.
`,
  examples: [
    "jumar upgrade-model",
    "jumar upgrade-model --agent-version 3.6.101",
    "jumar upgrade-model -m controller --agent-version 3.6.101",
    "jumar upgrade-model --dry-run",
  ],
  seeAlso: ["upgrade-controller", "status", "rollouts", "sync-agent-binary"],
  positionals: [],
  options: {
    ...upgradeOptions,
    "reset-previous-upgrade": flag("Refused: an upgrade that has ended is never in the way"),
    "upload-tools": flag('Refused: use "sync-agent-binary", or "npm run build:agent"'),
  },
  scope: "model",

  async run(args, context) {
    const wish = {
      version: args["agent-version"],
      isDryRun: args["dry-run"],
      ignoresAgentVersions: args["ignore-agent-versions"],
      refused: {
        "--build-agent": args["build-agent"],
        "--reset-previous-upgrade": args["reset-previous-upgrade"],
        "--upload-tools": args["upload-tools"],
      },
    };
    await context.withModel(async ({ controller, uuid }) => {
      const find = async () => uuid;
      await upgradeModel(context, { ...wish, controller, find, command: "upgrade-model" });
    });
  },
});
