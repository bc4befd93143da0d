/** retry-provisioning: tries again to start machines that could not be started. */
import { Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import { MachineManager } from "#contract/machine-manager.ts";
import { toTag } from "#contract/tags.ts";
import { command, flag } from "../command.ts";

export default command({
  summary: "Retries provisioning for failed machines.",
  details: `
A machine that could not be started is tried again by itself every now and then; this does it at once.
Why it could not be started stands in its message in "machines".
`,
  examples: ["jumar retry-provisioning 3", "jumar retry-provisioning --all"],
  seeAlso: ["machines", "add-machine"],
  positionals: ["[machines...]"],
  options: { all: flag("Retry provisioning all failed machines") },
  scope: "model",

  async run({ machines, all }, context) {
    if (all && machines.length > 0) {
      throw new UsageError("specify machines or --all but not both");
    }
    if (!all && machines.length === 0) throw new UsageError("no machine specified");
    const wrong = machines.find((id) => !/^\d+$/.test(id));
    if (wrong !== undefined) throw new UsageError(`invalid machine "${wrong}"`);
    await using connection = await context.connectModel();
    const { results } = await connection
      .facade(MachineManager)
      .RetryProvisioning({ all, machines: machines.map((id) => toTag("machine", id)) });
    const failures = results.flatMap(({ error }) => (error ? [error as { message: string }] : []));
    if (failures.length === 0) return;
    throw new Problem("not valid", failures.map(({ message }) => message).join("\n"));
  },
});
