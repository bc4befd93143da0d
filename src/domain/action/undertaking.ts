/** Tasks whose receiver is gone, and which nobody will carry out any more. */
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as machine from "../machine/machine.ts";
import * as unit from "../unit/unit.ts";
import * as task from "./task.ts";
import { giveUp } from "./work.ts";

/** Ends them, so that whoever waits for them hears of it. */
export async function giveUpOrphans(tx: Transaction, now: Temporal.Instant): Promise<void> {
  for (const receiver of await task.listReceivers(tx)) {
    if (!(await isThere(tx, receiver))) await giveUp(tx, receiver, now);
  }
}

async function isThere(tx: ReadTransaction, { kind, name }: task.Receiver): Promise<boolean> {
  if (kind === "unit") return (await unit.find(tx, name)) !== undefined;
  const machines = await machine.list(tx);
  return machines.some(({ id }) => id === name);
}
