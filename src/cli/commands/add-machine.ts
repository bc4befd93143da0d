/** add-machine: makes machines that wait for units. */

import { UsageError } from "#base/usage.ts";
import { parseBase } from "#charm/base.ts";
import { parseConstraints } from "#contract/constraints.ts";
import { MachineManager } from "#contract/machine-manager.ts";
import { command, list, text, textOr } from "../command.ts";
import { parseCount } from "../count.ts";
import { parsePlacement } from "../placement.ts";
import { warnUnsupported } from "../unsupported.ts";

const countMax = 1000;

export default command({
  summary: "Provision a new machine or assign one to the model.",
  details: `
The machine waits for units, which "deploy" and "add-unit" send there with --to, and stays when they
have gone, until it is removed.

On a local cloud a machine is a group of processes on the host. There is nothing to place it at: no
other hosts (ssh:), no zones (zone=) and no containers (lxd:).
`,
  examples: [
    "jumar add-machine",
    "jumar add-machine -n 2",
    "jumar add-machine --constraints mem=1G --base ubuntu@24.04",
  ],
  seeAlso: ["machines", "show-machine", "remove-machine", "model-constraints"],
  positionals: ["[placement]"],
  options: {
    base: textOr("", "The base of the new machine, as in ubuntu@22.04"),
    constraints: list("What the machine must have, as in mem=1G; goes before what the model says"),
    disks: list("Accepted to be refused: a machine of a local cloud has the disk of its host"),
    n: textOr("1", "The number of machines to add"),
    "private-key": text("Accepted for compatibility; a local cloud needs no key"),
    "public-key": text("Accepted for compatibility; a local cloud needs no key"),
  },
  scope: "model",

  async run({ placement, base, constraints: words, disks, n }, context) {
    const count = parseCount(n, { what: "option -n", min: 1 });
    if (count > countMax)
      throw new UsageError(`cannot add ${count} machines at once: at most ${countMax}`);
    const constraints = parseConstraints(words);
    const [place] = parsePlacement(placement ?? "");
    const wanted = {
      ...(base === "" ? {} : { base: parseBase(base) }),
      ...(place ? { placement: place } : {}),
      ...{ constraints, disks, jobs: ["JobHostUnits"] },
    };
    await using connection = await context.connectModel();
    const facade = connection.facade(MachineManager);
    for (let made = 0; made < count; made++) {
      const { machine, unsupported } = await facade.AddMachines(wanted);
      if (made === 0) warnUnsupported(context, unsupported);
      context.out.note(`created machine ${machine}`);
    }
  },
});
