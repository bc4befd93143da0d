/** remove-unit: scales an application down. */
import { UsageError } from "#base/usage.ts";
import { Application } from "#contract/application.ts";
import { toTag } from "#contract/tags.ts";
import { command, flag } from "../command.ts";
import { confirm, promptOptions } from "../confirm.ts";

export default command({
  summary: "Remove application units from the model.",
  details: `
A unit runs its last hooks before it goes, and takes along the machine that nothing else is on. A
unit whose hook fails stays until that hook is resolved. With --force it goes at once, without its
last hooks, and so does its machine if nothing else is on it: for a hook that keeps failing, or a
machine that is lost.
`,
  examples: [
    "jumar remove-unit greeter/2",
    "jumar remove-unit greeter/2 greeter/3 --no-prompt",
    "jumar remove-unit greeter/2 --force",
  ],
  seeAlso: ["add-unit", "remove-application", "resolved"],
  positionals: ["[units...]"],
  options: {
    "destroy-storage": flag("Accepted for compatibility; there is no storage yet"),
    force: flag("Remove the units at once, without running their last hooks"),
    ...promptOptions,
    "no-wait": flag("Accepted for compatibility; the command never waits"),
  },
  scope: "model",

  async run({ units, force, "no-prompt": isSure, yes }, context) {
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
      await facade.DestroyUnit({ "unit-tag": toTag("unit", name), force });
    }
  },
});
