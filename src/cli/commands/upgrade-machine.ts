/** upgrade-machine: goes with the units of a machine through the upgrade of its operating system. */
import { Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import type { Connection } from "#client/connection.ts";
import { MachineManager } from "#contract/machine-manager.ts";
import { toTag } from "#contract/tags.ts";
import { type Context, command, flag } from "../command.ts";
import { confirm, promptOptions } from "../confirm.ts";
import { pauseWhile } from "../tasks/follow.ts";

/** Hooks may take long; what is not over by then goes on all the same. */
const waitMax = Temporal.Duration.from({ hours: 1 });
const phases = ["prepare", "complete"] as const;
type Phase = (typeof phases)[number];

export default command({
  summary: "Upgrade the base of a machine.",
  details: `
The operating system of a machine is upgraded by hand, between the two halves of this command.

"prepare" locks the machine, so that no unit can be placed on it, and has each unit on it, subordinates
too, run its pre-series-upgrade hook. A unit that has done so runs nothing else, neither hooks nor
actions. Then upgrade the operating system; on Ubuntu, do-release-upgrade does that. "complete" has
the units run post-series-upgrade, notes the new base, and unlocks the machine.

What is begun cannot be taken back. The charms of all units must support the new base, unless --force
is given. When the command is interrupted, or a hook fails, the upgrade goes on where it is: "status"
shows it in the machine's message, and "resolved" lets a unit go on whose hook has failed.

Jumar upgrades no operating system itself. On the local cloud machines are folders of the host, and
their base is a note.
`,
  examples: [
    "jumar upgrade-machine 3 prepare ubuntu@24.04",
    "jumar upgrade-machine 3 prepare ubuntu@24.04 --yes",
    "jumar upgrade-machine 3 complete",
  ],
  seeAlso: ["machines", "status", "resolved"],
  positionals: ["machine", "command", "[base]"],
  options: {
    force: flag("Upgrade even if a charm on the machine does not support the base"),
    ...promptOptions,
  },
  scope: "model",

  async run({ machine, command: word, base, force, ...args }, context) {
    const phase = parsePhase(word, base);
    if (!/^\d+(?:\/[a-z]+\/\d+)*$/.test(machine)) {
      throw new UsageError(`"${machine}" is an invalid machine name`);
    }
    await using connection = await context.connectModel();
    const facade = connection.facade(MachineManager);
    const wanted = { tag: { tag: toTag("machine", machine) }, channel: base ?? "", force };
    if (phase === "prepare" && !args.yes && !args["no-prompt"]) {
      const { "unit-names": units } = await facade.UpgradeSeriesValidate(wanted);
      await confirm(context, warn({ machine, base, units }));
    }
    const { NotifyWatcherId: watcher } = await facade.WatchUpgradeSeriesNotifications(wanted.tag);
    const { error } =
      phase === "prepare"
        ? await facade.UpgradeSeriesPrepare(wanted)
        : await facade.UpgradeSeriesComplete(wanted);
    if (error) throw new Problem("not valid", error.message);
    await follow(context, connection, { machine, phase, watcher });
    context.out.note(`\n${conclude(machine, phase)}`);
  },
});

/** Throws a `UsageError`. */
function parsePhase(word: string, base: string | undefined): Phase {
  const phase = phases.find((each) => each === word);
  if (phase === undefined) {
    const valid = `valid commands are: ${phases.join(", ")}`;
    throw new UsageError(`"${word}" is an invalid upgrade-machine command; ${valid}`);
  }
  if (phase === "prepare" && base === undefined) {
    throw new UsageError("no base specified: expected a form like ubuntu@24.04");
  }
  if (phase === "complete" && base !== undefined) {
    throw new UsageError(`unrecognized args: ["${base}"]`);
  }
  return phase;
}

interface Planned {
  readonly machine: string;
  readonly base: string | undefined;
  readonly units: readonly string[];
}

function warn({ machine, base, units }: Planned): string {
  const lines = units.map((name) => `  ${name}`);
  return [
    `WARNING: This command marks machine "${machine}" as being upgraded to "${base}".`,
    "This cannot be reverted or canceled once it has begun.",
    units.length === 0
      ? "No units are on the machine."
      : `Units on the machine run nothing else until it is complete:\n${lines.join("\n")}`,
  ].join("\n");
}

interface Followed {
  readonly machine: string;
  readonly phase: Phase;
  readonly watcher: string;
}

/** Shows what is said of it until the phase is over. Throws when that takes too long. */
async function follow(
  context: Context,
  connection: Connection,
  { machine, phase, watcher }: Followed,
): Promise<void> {
  const { out, clock, signal } = context;
  context.ifInterrupted('The upgrade goes on; "jumar status" shows how far it is.');
  const facade = connection.facade(MachineManager, signal);
  const asked = { entity: { tag: toTag("machine", machine) }, "watcher-id": watcher };
  const last = phase === "prepare" ? "prepare completed" : "completed";
  const isOver = (state: string | undefined) => state === last || state === "completed";
  const state = await pauseWhile(context, clock.now().add(waitMax), {
    isOver,
    async look() {
      const { result, state: seen } = await facade.GetUpgradeSeriesMessages(asked);
      for (const line of result) out.note(line);
      return seen;
    },
  });
  if (isOver(state)) return;
  const advice = '"status" shows what its units do';
  throw new Problem("not valid", `the upgrade of machine ${machine} is not over yet: ${advice}`);
}

function conclude(machine: string, phase: Phase): string {
  if (phase === "complete") return `Upgrade base for machine "${machine}" has completed.`;
  return `Machine "${machine}" is ready for its new base.
Upgrade its operating system now, for instance with do-release-upgrade, then run:

jumar upgrade-machine ${machine} complete`;
}
