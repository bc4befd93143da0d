/** add-unit: scales an application up. */
import { Application } from "#contract/application.ts";
import { command, textOr } from "../command.ts";
import { parseCount } from "../count.ts";
import { parsePlacement } from "../placement.ts";
import { parseAttachStorage } from "../storage/directive.ts";

export default command({
  summary: "Adds one or more units to a deployed application.",
  details: `
Each new unit gets a machine of its own, unless --to names machines that there are.
`,
  examples: [
    "jumar add-unit greeter",
    "jumar add-unit greeter -n 2",
    "jumar add-unit greeter --to 3",
    "jumar add-unit database --attach-storage data/0",
  ],
  seeAlso: ["remove-unit", "deploy", "status"],
  positionals: ["applicationName"],
  options: {
    "num-units": textOr("1", "Number of units to add", "n"),
    "attach-storage": textOr("", "Storage that is left over for the unit, as in data/0,data/1"),
    to: textOr("", 'The machines for the units, separated by commas: their ids, or "new"'),
  },
  scope: "model",

  async run({ applicationName, "num-units": given, to, ...args }, context) {
    const count = parseCount(given, { what: "option --num-units", min: 1 });
    const wanted = {
      "num-units": count,
      "attach-storage": parseAttachStorage(args["attach-storage"], count),
      placement: parsePlacement(to),
    };
    await using connection = await context.connectModel();
    const { units } = await connection
      .facade(Application)
      .AddUnits({ application: applicationName, ...wanted });
    context.out.detail(`Added ${units.join(", ")}`);
  },
});
