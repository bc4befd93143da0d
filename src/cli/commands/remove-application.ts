/** remove-application: takes applications out of the model. */
import { UsageError } from "#base/usage.ts";
import { Application } from "#contract/application.ts";
import { parseTagOf, toTag } from "#contract/tags.ts";
import { command, flag } from "../command.ts";
import { confirm, promptOptions } from "../confirm.ts";

export default command({
  summary: "Remove applications from the model.",
  details: `
The application's units run their last hooks and go, and with them the machines that nothing else is
on and the relations that it has. "status" shows what is left.

With --force the units go at once, without their last hooks, and so do the machines that nothing else
is on. Applications that are related to it still run their last hooks about the relation; it is gone
when they have.
`,
  examples: [
    "jumar remove-application greeter",
    "jumar remove-application greeter counter --no-prompt",
  ],
  seeAlso: ["remove-unit", "remove-relation", "resolved", "destroy-model"],
  positionals: ["[applications...]"],
  options: {
    "destroy-storage": flag("Accepted for compatibility; there is no storage yet"),
    force: flag("Remove the units at once, without running their last hooks"),
    ...promptOptions,
    "no-wait": flag("Accepted for compatibility; the command never waits"),
  },
  scope: "model",

  async run({ applications, force, "no-prompt": isSure, yes }, context) {
    if (applications.length === 0) throw new UsageError("no application specified");
    await using connection = await context.connectModel();
    const facade = connection.facade(Application);
    for (const name of applications) {
      await facade.DestroyApplication({
        "application-tag": toTag("application", name),
        "dry-run": true,
      });
    }
    if (!isSure && !yes)
      await confirm(context, `This command will remove ${applications.join(", ")}.`);
    for (const name of applications) {
      context.out.note(`will remove application ${name}`);
      const tag = toTag("application", name);
      const { info } = await facade.DestroyApplication({ "application-tag": tag, force });
      for (const { tag: unit } of info["destroyed-units"]) {
        context.out.note(`- will remove unit ${parseTagOf("unit", unit)}`);
      }
    }
  },
});
