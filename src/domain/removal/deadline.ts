/**
 * Deadlines: until when those that are to go by force are given time to go by themselves.
 *
 * A row outlives what it is about if that goes in time; whoever enforces it then finds nothing to do,
 * for neither a unit's name nor a machine's id is ever used twice.
 */
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";

type Doomed = "unit" | "machine";

export interface Deadline {
  readonly kind: Doomed;
  readonly id: string;
  readonly due: Temporal.Instant;
}

interface DeadlineTable {
  readonly model: string;
  readonly kind: Doomed;
  readonly id: string;
  readonly due: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly removal_deadline: DeadlineTable;
  }
}

/** The earlier of two counts. */
export async function set(tx: Transaction, { kind, id, due }: Deadline): Promise<void> {
  const before = (await list(tx)).find((each) => each.kind === kind && each.id === id);
  if (before && Temporal.Instant.compare(before.due, due) <= 0) return;
  await tx
    .insertInto("removal_deadline")
    .values({ model: tx.model, kind, id, due: due.toString() })
    .onConflict((conflict) =>
      conflict.columns(["model", "kind", "id"]).doUpdateSet({ due: due.toString() }),
    )
    .execute();
  await changed(tx, "removal_deadline", id);
}

/** Units before machines, the earliest first. */
export async function list(tx: ReadTransaction): Promise<Deadline[]> {
  const rows = await tx
    .selectFrom("removal_deadline")
    .select(["kind", "id", "due"])
    .where("model", "=", tx.model)
    .execute();
  return rows
    .map(({ kind, id, due }) => ({ kind, id, due: Temporal.Instant.from(due) }))
    .toSorted((a, b) => Number(a.kind === "machine") - Number(b.kind === "machine") || byDue(a, b));
}

function byDue(a: Deadline, b: Deadline): number {
  return Temporal.Instant.compare(a.due, b.due);
}

export async function clear(tx: Transaction, { kind, id }: Omit<Deadline, "due">): Promise<void> {
  await tx
    .deleteFrom("removal_deadline")
    .where("model", "=", tx.model)
    .where("kind", "=", kind)
    .where("id", "=", id)
    .execute();
}
