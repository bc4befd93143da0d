/** remove-unit: scales an application down. */
import { UsageError } from "#base/usage.ts";
import { Application } from "#contract/application.ts";
import { toTag } from "#contract/tags.ts";
import { command, flag, textOr } from "../command.ts";
import { confirmRemoval, forceOptions, maxWaitOf, promptOptions } from "../confirm.ts";
import { describeFate } from "../storage/fate.ts";

export default command({
  summary: "Remove application units from the model.",
  details: `
A unit runs its last hooks before it goes, and takes along the machine that was made for it, if
nothing else is on that; a machine of "add-machine" stays. A unit whose hook fails stays until that
hook is resolved.

Storage that is bound to a machine goes with its unit. Other storage is left, with the data in it, and
can be given to another unit, unless --destroy-storage says that it goes too.

With --force a unit is given a minute for its last hooks, or none with --no-wait; then it goes as it
is, and so does its machine if nothing else is on it: for a hook that keeps failing, or a machine
that is lost.
`,
  examples: [
    "jumar remove-unit greeter/2",
    "jumar remove-unit greeter/2 greeter/3 --no-prompt",
    "jumar remove-unit greeter/2 --force --no-wait",
    "jumar remove-unit greeter/2 --dry-run",
  ],
  seeAlso: ["add-unit", "remove-application", "resolved", "attach-storage"],
  positionals: ["[units...]"],
  options: {
    "destroy-storage": flag("Destroy storage that could be left for another unit"),
    "dry-run": flag("Print what this command would remove without removing"),
    force: flag("Remove the units even if their last hooks fail or their machines are lost"),
    ...promptOptions,
    ...forceOptions,
    "num-units": textOr(
      "",
      "Refused: only Kubernetes models have units without names of their own",
    ),
  },
  scope: "model",

  async run({ units, force, yes, "num-units": count, ...args }, context) {
    if (units.length === 0) throw new UsageError("no units specified");
    if (count !== "") {
      throw new UsageError("--num-units is for Kubernetes models: name the units, as in greeter/0");
    }
    const wrong = units.find((name) => !/^[a-z][a-z0-9-]*\/\d+$/.test(name));
    if (wrong !== undefined) throw new UsageError(`invalid unit name "${wrong}"`);
    const maxWait = maxWaitOf({ force, "no-wait": args["no-wait"] });
    await using connection = await context.connectModel();
    const facade = connection.facade(Application);
    const destroys = { "destroy-storage": args["destroy-storage"] };
    const plan: string[] = [];
    for (const name of units) {
      const asked = { "unit-tag": toTag("unit", name), "dry-run": true, ...destroys };
      const { info } = await facade.DestroyUnit(asked);
      plan.push([`will remove unit ${name}`, ...describeFate(info)].join("\n"));
    }
    if (!args["dry-run"] && !args["no-prompt"] && !yes) {
      await confirmRemoval(context, connection, plan);
    }
    for (const [at, name] of units.entries()) {
      context.out.note(plan[at] ?? "");
      if (args["dry-run"]) continue;
      await facade.DestroyUnit({ "unit-tag": toTag("unit", name), force, ...maxWait, ...destroys });
    }
  },
});
