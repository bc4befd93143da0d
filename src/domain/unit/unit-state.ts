/** What a charm keeps with the controller for one of its units: texts under keys. */
import { refuseLargeState } from "#charm/unit-state.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";

interface UnitStateTable {
  readonly model: string;
  readonly unit: string;
  readonly key: string;
  readonly value: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly unit_state: UnitStateTable;
  }
}

type State = Readonly<Record<string, string>>;

export async function get(tx: ReadTransaction, unit: string): Promise<State> {
  const rows = await tx
    .selectFrom("unit_state")
    .select(["key", "value"])
    .where("model", "=", tx.model)
    .where("unit", "=", unit)
    .orderBy("key")
    .execute();
  return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
}

/** Writes values; an empty one removes its key. Throws `quota limit exceeded`. */
export async function change(tx: Transaction, unit: string, values: State): Promise<void> {
  for (const [key, value] of Object.entries(values)) {
    await tx
      .deleteFrom("unit_state")
      .where("model", "=", tx.model)
      .where("unit", "=", unit)
      .where("key", "=", key)
      .execute();
    if (value === "") continue;
    await tx.insertInto("unit_state").values({ model: tx.model, unit, key, value }).execute();
  }
  refuseLargeState(unit, await get(tx, unit));
}

export async function removeAll(tx: Transaction, unit: string): Promise<void> {
  await tx
    .deleteFrom("unit_state")
    .where("model", "=", tx.model)
    .where("unit", "=", unit)
    .execute();
}
