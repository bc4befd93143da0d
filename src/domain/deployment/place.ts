/**
 * Places: the machines that units go to.
 *
 * A unit goes to a machine that somebody names or, otherwise, to a new one of its own, which goes
 * when it has nothing left to do. A machine that is asked for by itself stays until somebody removes it.
 */
import { randomBytes } from "node:crypto";
import { Problem } from "#base/problem.ts";
import { formatBase, parseBase } from "#charm/base.ts";
import type { Transaction } from "#store/database.ts";
import * as constraints from "../constraints/constraints.ts";
import * as machine from "../machine/machine.ts";
import { refuseLocked } from "../machine/upgrade-row.ts";
import * as model from "../model/model.ts";

/**
 * Where a unit is to go: scope `#` and a machine's id, or nothing but `new`. Juju knows others, for
 * containers and for parts of a cloud.
 */
export interface Placement {
  readonly scope: string;
  readonly directive: string;
}

export interface WantedMachine {
  /** As in `ubuntu@22.04`, or empty for the model's default. */
  readonly base: string;
  /** What is asked for by whoever wants it, without what the model asks for. */
  readonly constraints: constraints.Constraints;
  readonly now: Temporal.Instant;
}

const nonceBytes = 16;

/** Returns the id of the machine. Throws `not found`, `not valid` and `not supported`. */
export async function placeUnit(
  tx: Transaction,
  placement: Placement | undefined,
  wanted: WantedMachine,
): Promise<string> {
  if (placement === undefined || isNew(placement)) return make(tx, wanted, { isAdded: false });
  if (placement.scope !== "#") throw noSuchPlace("place a unit on", placement);
  const { id, life } = await machine.get(tx, placement.directive);
  const what = `place a unit on machine ${id}`;
  if (life !== "alive") throw new Problem("not valid", `cannot ${what}: it is being removed`);
  await refuseLocked(tx, id, what);
  return id;
}

/** Adds a machine by itself; returns its id. Throws `not valid`, and `not supported` for a place. */
export async function addMachine(
  tx: Transaction,
  { placement, ...wanted }: WantedMachine & { readonly placement: Placement | undefined },
): Promise<string> {
  await model.getAlive(tx);
  if (placement?.scope === "#") {
    throw new Problem("not valid", "machine-id cannot be specified when adding machines");
  }
  if (placement && !isNew(placement)) throw noSuchPlace("add a machine at", placement);
  return make(tx, wanted, { isAdded: true });
}

async function make(
  tx: Transaction,
  { base, constraints: own, now }: WantedMachine,
  { isAdded }: { readonly isAdded: boolean },
): Promise<string> {
  const { agentVersion: desiredVersion } = await model.get(tx);
  const { "default-base": standard } = await model.getSettings(tx);
  const nonce = randomBytes(nonceBytes).toString("hex");
  return machine.add(tx, {
    base: formatBase(parseBase(base === "" ? String(standard) : base)),
    constraints: await constraints.resolve(tx, own),
    ...{ nonce, desiredVersion, isAdded, now },
  });
}

function isNew({ scope, directive }: Placement): boolean {
  return scope === "" && directive === "new";
}

function noSuchPlace(what: string, { scope, directive }: Placement): Problem {
  const place = [scope, directive].filter((part) => part !== "").join(":");
  const reason = "the cloud has neither zones nor containers nor hosts of its own to choose from";
  return new Problem("not supported", `cannot ${what} "${place}": ${reason}`);
}
