/**
 * The first version of a member's settings.
 *
 * In a relation that was suspended and begins anew, a member may have been there before, and others
 * may know its settings of then: whoever was away meanwhile. So its versions go on above all that
 * have been, and no later than at the number of the model's last change, for each version was one.
 */
import * as changes from "#store/changes.ts";
import type { ReadTransaction } from "#store/database.ts";

/** What `suspended` is in the table of relations. */
export const suspensions = { never: 0, suspended: 1, resumed: 2 };

export async function firstVersion(tx: ReadTransaction, relation: number): Promise<number> {
  const row = await tx
    .selectFrom("relation")
    .select("suspended")
    .where("model", "=", tx.model)
    .where("id", "=", relation)
    .executeTakeFirst();
  return row?.suspended === suspensions.resumed ? await changes.latest(tx) : 1;
}
