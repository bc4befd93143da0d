/**
 * What is kept of the upgrade of a machine's operating system: one row for each machine, of the
 * last one that there was. As long as it is not over, the machine is locked.
 */
import { Problem } from "#base/problem.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";

/** Where the operator is: before the system is upgraded, after it, or through with it. */
type Phase = "prepare" | "complete" | "over";
/** What a unit has heard of it: nothing, that it comes, or that it has been. */
export type Stage = "" | "prepared" | "completed";

export interface MachineUpgrade {
  readonly machine: string;
  /** Rises with each upgrade of the machine. */
  readonly number: number;
  readonly from: string;
  readonly to: string;
  readonly phase: Phase;
  /** Those that were on the machine when it began, as long as they are there. */
  readonly units: Readonly<Record<string, Stage>>;
  /** What an operator who waits is told, in order. */
  readonly messages: readonly string[];
}

interface MachineUpgradeTable {
  readonly model: string;
  readonly machine: string;
  readonly number: number;
  readonly from_base: string;
  readonly to_base: string;
  readonly phase: Phase;
  readonly units: string;
  readonly messages: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly machine_upgrade: MachineUpgradeTable;
  }
}

export async function find(
  tx: ReadTransaction,
  machine: string,
): Promise<MachineUpgrade | undefined> {
  const row = await select(tx).where("machine", "=", machine).executeTakeFirst();
  return row && toUpgrade(row);
}

/** Those that are not over, by machine. */
export async function listLocked(
  tx: ReadTransaction,
): Promise<ReadonlyMap<string, MachineUpgrade>> {
  const rows = await select(tx).where("phase", "!=", "over").execute();
  return new Map(rows.map((row) => [row.machine, toUpgrade(row)]));
}

/** Of the machine, if it is locked. */
export async function findLock(
  tx: ReadTransaction,
  machine: string,
): Promise<MachineUpgrade | undefined> {
  const found = await find(tx, machine);
  return found?.phase === "over" ? undefined : found;
}

/** The units that stay leaders if they are, however long nobody renews that for them. */
export async function listHeld(tx: ReadTransaction): Promise<ReadonlySet<string>> {
  const locks = await listLocked(tx);
  return new Set(locks.values().flatMap(({ units }) => Object.keys(units)));
}

/** Throws `not valid` with Juju's text; `what` cannot be done meanwhile. */
export async function refuseLocked(
  tx: ReadTransaction,
  machine: string,
  what: string,
): Promise<void> {
  if ((await findLock(tx, machine)) === undefined) return;
  throw new Problem("not valid", `cannot ${what}: machine is locked for series upgrade`);
}

/** How far it is, in Juju's words. */
export function describe({ phase, units }: MachineUpgrade): string {
  if (phase === "over") return "completed";
  if (phase === "complete") return "complete running";
  return isReached(units, "prepared") ? "prepare completed" : "prepare running";
}

export function isReached(units: MachineUpgrade["units"], stage: Stage): boolean {
  return Object.values(units).every((each) => each === stage);
}

/** Whoever looks at the machine hears of it. */
export async function save(
  tx: Transaction,
  { machine, from, to, units, messages, ...rest }: MachineUpgrade,
): Promise<void> {
  const texts = { units: JSON.stringify(units), messages: JSON.stringify(messages) };
  const row = { ...rest, from_base: from, to_base: to, ...texts };
  await tx
    .insertInto("machine_upgrade")
    .values({ model: tx.model, machine, ...row })
    .onConflict((conflict) => conflict.columns(["model", "machine"]).doUpdateSet(row))
    .execute();
  await changed(tx, "machine", machine);
}

/** Goes with the machine. */
export async function remove(tx: Transaction, machine: string): Promise<void> {
  await tx
    .deleteFrom("machine_upgrade")
    .where("model", "=", tx.model)
    .where("machine", "=", machine)
    .execute();
}

function select(tx: ReadTransaction) {
  return tx.selectFrom("machine_upgrade").selectAll().where("model", "=", tx.model);
}

function toUpgrade(row: MachineUpgradeTable): MachineUpgrade {
  const { machine, number, from_base: from, to_base: to, phase, units, messages } = row;
  const read = { units: JSON.parse(units), messages: JSON.parse(messages) };
  return { machine, number, from, to, phase, ...read };
}
