/** show-action: what one action does, and which parameters it takes. */
import { Problem } from "#base/problem.ts";
import { formatYaml } from "#base/yaml.ts";
import { toTag } from "#contract/tags.ts";
import { command } from "../command.ts";
import { openActions } from "../tasks/follow.ts";
import { toApplicationReceiver } from "../tasks/request.ts";

export default command({
  summary: "Shows detailed information about an action.",
  details: `
Shows what the action does, and the schema of each of its parameters.
`,
  examples: ["jumar show-action postgresql backup"],
  seeAlso: ["actions", "run"],
  positionals: ["applicationName", "actionName"],
  options: {},
  scope: "model",

  async run({ applicationName, actionName }, context) {
    const tag = toTag("application", toApplicationReceiver(applicationName));
    await using connection = await context.connectModel();
    const facade = openActions(connection, context);
    const { actions } = await facade.ApplicationsCharmsActions({ tag });
    const spec = Object.hasOwn(actions, actionName) ? actions[actionName] : undefined;
    if (spec === undefined) {
      const message = `unknown action "${actionName}": "jumar actions ${applicationName}" shows those that there are`;
      throw new Problem("not found", message);
    }
    const { properties = {}, required } = spec.params;
    const hasArguments = Object.keys(properties as object).length > 0;
    const parts = [
      spec.description.trim(),
      hasArguments ? `Arguments\n${formatYaml(properties)}`.trimEnd() : "",
      Array.isArray(required) ? `Required\n${formatYaml(required)}`.trimEnd() : "",
    ];
    context.out.print(`${parts.filter((part) => part !== "").join("\n\n")}\n`);
  },
});
