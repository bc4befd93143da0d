/** When each user was last connected to each model, to within half a minute. */
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as model from "../model/model.ts";

interface ConnectionTable {
  readonly model: string;
  readonly user_name: string;
  readonly last: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly model_connection: ConnectionTable;
  }
}

/** Whoever connects again so soon is not written down again. */
const worthNoting = Temporal.Duration.from({ seconds: 30 });

export interface Arrival {
  readonly user: string;
  readonly now: Temporal.Instant;
}

/** Whether what is known is too old; most arrivals need no write. */
export async function isWorthNoting(tx: ReadTransaction, { user, now }: Arrival): Promise<boolean> {
  const last = (await listLast(tx)).get(user);
  if (last === undefined) return true;
  return Temporal.Instant.compare(Temporal.Instant.from(last).add(worthNoting), now) <= 0;
}

/** A model that is gone by now is not brought back. */
export async function note(tx: Transaction, { user, now }: Arrival): Promise<void> {
  if (!(await model.find(tx, tx.model))) return;
  const last = now.toString();
  await tx
    .insertInto("model_connection")
    .values({ model: tx.model, user_name: user, last })
    .onConflict((conflict) => conflict.columns(["model", "user_name"]).doUpdateSet({ last }))
    .execute();
  await changed(tx, "model_connection", user);
}

/** By user; those who never were are left out. */
export async function listLast(tx: ReadTransaction): Promise<ReadonlyMap<string, string>> {
  const rows = await tx
    .selectFrom("model_connection")
    .select(["user_name", "last"])
    .where("model", "=", tx.model)
    .execute();
  return new Map(rows.map(({ user_name: name, last }) => [name, last]));
}

/** By model, when the user was there last. */
export async function listLastOf(
  tx: ReadTransaction,
  user: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await tx
    .selectFrom("model_connection")
    .select(["model", "last"])
    .where("user_name", "=", user)
    .execute();
  return new Map(rows.map(({ model: uuid, last }) => [uuid, last]));
}
