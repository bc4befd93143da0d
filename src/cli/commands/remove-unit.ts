/** remove-unit: scales an application down. */
import { UsageError } from "#base/usage.ts";
import { Application } from "#contract/application.ts";
import { toTag } from "#contract/tags.ts";
import { command } from "../command.ts";
import { confirm, promptOptions } from "../confirm.ts";

export default command({
  summary: "Remove application units from the model.",
  details: `
A unit runs its last hooks before it goes, and takes along the machine that nothing else is on.
`,
  examples: ["jumar remove-unit greeter/2", "jumar remove-unit greeter/2 greeter/3 --no-prompt"],
  seeAlso: ["add-unit", "remove-application", "resolved"],
  positionals: ["[units...]"],
  options: { ...promptOptions },
  scope: "model",

  async run({ units, "no-prompt": isSure, yes }, context) {
    if (units.length === 0) throw new UsageError("no units specified");
    const wrong = units.find((name) => !/^[a-z][a-z0-9-]*\/\d+$/.test(name));
    if (wrong !== undefined) throw new UsageError(`invalid unit name "${wrong}"`);
    await using connection = await context.connectModel();
    const facade = connection.facade(Application);
    for (const name of units) {
      await facade.DestroyUnit({ "unit-tag": toTag("unit", name), "dry-run": true });
    }
    if (!isSure && !yes) await confirm(context, `This command will remove ${units.join(", ")}.`);
    for (const name of units) {
      context.out.note(`removing unit ${name}`);
      await facade.DestroyUnit({ "unit-tag": toTag("unit", name) });
    }
  },
});
