/** resources: the files that an application was given, and which of them its units have. */
import { Problem } from "#base/problem.ts";
import { Resources } from "#contract/resources.ts";
import { toTag } from "#contract/tags.ts";
import { command, flag } from "../command.ts";
import { describeApplication, describeUnit } from "../resource-tables.ts";

const unitPattern = /^[a-z][a-z0-9-]*\/\d+$/;

export default command({
  summary: "Show the resources for an application or unit.",
  details: `
Of an application, shows what was uploaded, by whom and when; of a unit, what it has fetched, which
it does when its hooks ask for it. With --details, shows beside what each unit has what it is to have.
The time stands for the revision, as in Juju; a dash means that there is nothing yet.
`,
  examples: [
    "jumar resources greeter",
    "jumar resources greeter/0",
    "jumar resources greeter --details",
    "jumar resources greeter --format yaml",
  ],
  seeAlso: ["attach-resource", "deploy", "refresh"],
  positionals: ["applicationOrUnit"],
  options: { details: flag("Show detailed information about resources used by each unit") },
  scope: "model",
  formats: ["tabular", "json", "yaml"],

  async run({ applicationOrUnit: name, details }, context) {
    const isUnit = unitPattern.test(name);
    const application = isUnit ? name.slice(0, name.indexOf("/")) : name;
    await using connection = await context.connectModel();
    const tag = toTag("application", application);
    const found = await connection.facade(Resources).ListResources({ tag });
    const units = found["unit-resources"].filter(
      (each) => !isUnit || each.tag === toTag("unit", name),
    );
    if (isUnit && units.length === 0) throw new Problem("not found", `unit "${name}" not found`);
    const shown = (isUnit ? describeUnit : describeApplication)(
      { resources: found.resources, units },
      details,
    );
    if (context.format === "tabular" && shown.isEmpty) {
      context.out.note("No resources to display.");
      return;
    }
    await context.show(shown.value, () => shown.text);
  },
});
