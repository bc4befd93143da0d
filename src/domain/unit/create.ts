/** Making a unit: its number, what it is to run, and what is shown of it before it says anything. */
import type { Transaction } from "#store/database.ts";
import * as application from "../application/application.ts";
import * as sequence from "../sequence/sequence.ts";
import * as status from "../status/status.ts";
import * as storageConstraints from "../storage/constraints.ts";
import { attachTo, provide } from "../storage/unit-storage.ts";
import * as unit from "./unit.ts";

export interface Wish {
  readonly application: string;
  readonly machine: string;
  /** The unit that it is a subordinate of, or empty. */
  readonly principal: string;
  /** Storage that is left over and that it is to have. */
  readonly attachStorage?: readonly string[];
  readonly now: Temporal.Instant;
}

/** Returns the unit's name; no other unit of the application ever gets the same. */
export async function createUnit(tx: Transaction, wish: Wish): Promise<string> {
  const { application: of, machine, principal, now } = wish;
  const { charm, modifiedVersion } = await application.get(tx, of);
  const name = `${of}/${await sequence.take(tx, `unit:${of}`)}`;
  await unit.add(tx, {
    ...{ name, application: of, machine, principal },
    ...{ desiredCharm: charm, desiredModifiedVersion: modifiedVersion },
  });
  const { unitAgent, workload } = status.entities;
  await status.set(tx, { entity: unitAgent(name), status: "allocating", now });
  const message = "waiting for machine";
  await status.set(tx, { entity: workload(name), status: "waiting", message, now });
  for (const storage of wish.attachStorage ?? []) await attachTo(tx, { unit: name, storage, now });
  const constraints = await storageConstraints.listOf(tx, of);
  await provide(tx, { name, machine }, { constraints, now });
  return name;
}
