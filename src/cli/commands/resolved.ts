/** resolved: lets units go on whose hook has failed. */
import { Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import { Application } from "#contract/application.ts";
import { toTag } from "#contract/tags.ts";
import { command, flag } from "../command.ts";

export default command({
  summary: "Marks unit errors resolved and re-executes failed hooks.",
  details: `
A hook that has failed is tried again at once; with --no-retry it is taken as done instead.
`,
  examples: [
    "jumar resolved greeter/0",
    "jumar resolved greeter/0 --no-retry",
    "jumar resolved --all",
  ],
  seeAlso: ["status", "refresh"],
  positionals: ["[units...]"],
  options: {
    all: flag("Marks all units in error as resolved"),
    "no-retry": flag("Do not re-execute failed hooks on the unit"),
  },
  scope: "model",

  async run({ units, all, "no-retry": isDone }, context) {
    if (all && units.length > 0)
      throw new UsageError("specifying unit names(s) with --all not supported");
    if (!all && units.length === 0) throw new UsageError("no unit specified");
    const wrong = units.find((name) => !/^[a-z][a-z0-9-]*\/\d+$/.test(name));
    if (wrong !== undefined) throw new UsageError(`unit name "${wrong}" not valid`);
    await using connection = await context.connectModel();
    const entities = units.map((name) => ({ tag: toTag("unit", name) }));
    const { results } = await connection
      .facade(Application)
      .ResolveUnitErrors({ all, retry: !isDone, tags: { entities } });
    const failures = results.flatMap(({ error }) => (error ? [error as { message: string }] : []));
    if (failures.length === 0) return;
    throw new Problem("not valid", failures.map(({ message }) => message).join("\n"));
  },
});
