/** actions: what an application's charm can be asked to do. */
import { byKey } from "#base/order.ts";
import { formatYaml } from "#base/yaml.ts";
import { toTag } from "#contract/tags.ts";
import { command, flag } from "../command.ts";
import { formatTable } from "../table.ts";
import { openActions } from "../tasks/follow.ts";
import { toApplicationReceiver } from "../tasks/request.ts";

export default command({
  summary: "List actions defined for an application.",
  details: `
Shows each action with what it does; with --schema, with the JSON schema of its parameters, as YAML
unless another format is asked for.
`,
  examples: ["jumar actions postgresql", "jumar actions postgresql --schema --format json"],
  seeAlso: ["run", "show-action"],
  positionals: ["applicationName"],
  options: { schema: flag("Show the full schema of each action") },
  scope: "model",
  formats: ["default", "json", "tabular", "yaml"],

  async run({ applicationName, schema }, context) {
    const tag = toTag("application", toApplicationReceiver(applicationName));
    await using connection = await context.connectModel();
    const facade = openActions(connection, context);
    const { actions } = await facade.ApplicationsCharmsActions({ tag });
    const sorted = Object.entries(actions).toSorted(byKey);
    const shown = sorted.map(([name, { description, params }]) =>
      schema ? ([name, params] as const) : ([name, description] as const),
    );
    const isList = ["default", "tabular"].includes(context.format);
    if (sorted.length === 0 && isList) {
      context.out.note(`No actions defined for ${applicationName}.`);
    }
    await context.show(Object.fromEntries(shown), () => {
      if (sorted.length === 0) return "";
      if (schema) return formatYaml(Object.fromEntries(shown));
      const rows = sorted.map(([name, { description }]) => [name, description.trim()]);
      return formatTable(["Action", "Description"], rows);
    });
  },
});
