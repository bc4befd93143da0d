/** remove-application: takes applications out of the model. */
import { UsageError } from "#base/usage.ts";
import { Application } from "#contract/application.ts";
import { parseTagOf, toTag } from "#contract/tags.ts";
import { command, flag } from "../command.ts";
import { confirmRemoval, forceOptions, maxWaitOf, promptOptions } from "../confirm.ts";
import { describeFate } from "../storage/fate.ts";

export default command({
  summary: "Remove applications from the model.",
  details: `
The application's units run their last hooks and go, and with them the machines that nothing else is
on and the relations that it has. "status" shows what is left.

Storage that is bound to a machine goes with its unit. Other storage is left, with the data in it, and
can be given to another unit, unless --destroy-storage says that it goes too.

With --force the units are given a minute for their last hooks, or none with --no-wait; then they go
as they are, and so do the machines that nothing else is on. Applications that are related to it still run their last hooks about the relation; it is gone
when they have.
`,
  examples: [
    "jumar remove-application greeter",
    "jumar remove-application greeter counter --no-prompt",
  ],
  seeAlso: ["remove-unit", "remove-relation", "resolved", "destroy-model"],
  positionals: ["[applications...]"],
  options: {
    "destroy-storage": flag("Destroy storage that could be left for another unit"),
    "dry-run": flag("Print what this command would remove without removing"),
    force: flag("Remove the units even if their last hooks fail or their machines are lost"),
    ...promptOptions,
    ...forceOptions,
  },
  scope: "model",

  async run({ applications, force, yes, ...args }, context) {
    if (applications.length === 0) throw new UsageError("no application specified");
    const maxWait = maxWaitOf({ force, "no-wait": args["no-wait"] });
    await using connection = await context.connectModel();
    const facade = connection.facade(Application);
    const destroy = async (name: string, manner: { "dry-run"?: boolean; "max-wait"?: number }) => {
      const tag = toTag("application", name);
      const { info } = await facade.DestroyApplication({
        "application-tag": tag,
        "destroy-storage": args["destroy-storage"],
        ...{ force, ...manner },
      });
      const units = info["destroyed-units"].map((unit) => parseTagOf("unit", unit.tag));
      const along = units.map((unit) => `- will remove unit ${unit}`);
      return [`will remove application ${name}`, ...along, ...describeFate(info)];
    };
    const plan: string[] = [];
    for (const name of applications) plan.push(...(await destroy(name, { "dry-run": true })));
    if (!args["dry-run"] && !args["no-prompt"] && !yes) {
      await confirmRemoval(context, connection, plan);
    }
    for (const line of plan) context.out.note(line);
    if (args["dry-run"]) return;
    for (const name of applications) await destroy(name, maxWait);
  },
});
