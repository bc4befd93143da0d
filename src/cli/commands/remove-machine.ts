/** remove-machine: takes machines out of the model. */
import { Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import type { Remote } from "#client/remote.ts";
import { type DestroyedMachine, MachineManager } from "#contract/machine-manager.ts";
import { parseTagOf, toTag } from "#contract/tags.ts";
import { type Context, command, flag } from "../command.ts";
import { confirmRemoval, forceOptions, maxWaitOf, promptOptions } from "../confirm.ts";
import { describeFate } from "../storage/fate.ts";

export default command({
  summary: "Removes one or more machines from a model.",
  details: `
A machine that units are on is removed only with --force, and takes them along. They are given a
minute for their last hooks, or none with --no-wait. "status" shows what is left.

With --keep-instance the machine's folder stays on the host, without Jumar's agents. The machine that
the controller runs on cannot be removed.
`,
  examples: [
    "jumar remove-machine 5",
    "jumar remove-machine 6 --force",
    "jumar remove-machine 6 --force --no-wait --no-prompt",
    "jumar remove-machine 7 --keep-instance",
    "jumar remove-machine 7 --force --dry-run",
  ],
  seeAlso: ["add-machine", "machines", "remove-unit"],
  positionals: ["[machines...]"],
  options: {
    "dry-run": flag("Print what this command would remove without removing"),
    force: flag("Remove the machines and all that is on them"),
    "keep-instance": flag("Leave the running instances alone"),
    ...promptOptions,
    ...forceOptions,
  },
  scope: "model",

  async run({ machines, force, ...args }, context) {
    if (machines.length === 0) throw new UsageError("no machines specified");
    const wrong = machines.find((id) => !/^\d+(?:\/[a-z]+\/\d+)*$/.test(id));
    if (wrong !== undefined) throw new UsageError(`invalid machine id "${wrong}"`);
    const maxWait = maxWaitOf({ force, "no-wait": args["no-wait"] });
    await using connection = await context.connectModel();
    const facade = connection.facade(MachineManager);
    const wish = { "machine-tags": machines.map((id) => toTag("machine", id)), force };
    const planned = await call(facade, { ...wish, "dry-run": true });
    const plan = planned.flatMap(describe);
    if (args["dry-run"]) return say(context, plan);
    if (!args["no-prompt"] && !args.yes) await confirmRemoval(context, connection, plan);
    const keep = args["keep-instance"];
    const removed = await call(facade, { ...wish, ...maxWait, keep });
    say(context, removed.flatMap(describe));
  },
});

type Facade = Remote<typeof MachineManager.methods>;

/** Throws for the first that cannot be removed; before anything has changed in a dry run. */
async function call(
  facade: Facade,
  params: Parameters<Facade["DestroyMachineWithParams"]>[0],
): Promise<DestroyedMachine[]> {
  const { results } = await facade.DestroyMachineWithParams(params);
  const failures = results.flatMap(({ error }, at) => {
    if (!error) return [];
    const id = parseTagOf("machine", params["machine-tags"]?.[at] ?? "");
    return [`removing machine ${id} failed: ${(error as { message?: string }).message}`];
  });
  if (failures.length > 0) throw new Problem("not valid", failures.join("\n"));
  return results.flatMap(({ info }) => (info ? [info] : []));
}

function describe(info: DestroyedMachine): string[] {
  const { "machine-id": id, "destroyed-units": units } = info;
  const along = units.map(({ tag }) => `- will remove unit ${parseTagOf("unit", tag)}`);
  return [`will remove machine ${id}`, ...along, ...describeFate(info)];
}

function say({ out }: Context, lines: readonly string[]): void {
  for (const line of lines) out.note(line);
}
