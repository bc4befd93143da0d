/** Machines that could not be started, and are tried again. */
import { Problem } from "#base/problem.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as status from "../status/status.ts";
import * as machine from "./machine.ts";

const failedStatus = "provisioning error";

/** The ids of the machines that no instance could be started for. */
export async function listUnstarted(tx: ReadTransaction): Promise<string[]> {
  const statuses = await status.listAll(tx);
  const machines = await machine.list(tx);
  return machines
    .filter(({ id }) => isUnstarted(statuses.get(status.entities.instance(id))))
    .map(({ id }) => id);
}

/** Tries again at once. Throws `not found`, and `not valid` for a machine that has not failed. */
export async function retryInstance(
  tx: Transaction,
  id: string,
  now: Temporal.Instant,
): Promise<void> {
  await machine.get(tx, id);
  const entity = status.entities.instance(id);
  if (!isUnstarted(await status.find(tx, entity))) {
    throw new Problem("not valid", `machine ${id} is not in an error state`);
  }
  await status.set(tx, { entity, status: "pending", now });
  await changed(tx, "machine", id);
}

function isUnstarted(said: status.Status | undefined): boolean {
  return said?.status === failedStatus;
}
