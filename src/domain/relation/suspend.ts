/**
 * Suspending: a relation that is over for the charms on both sides, and is kept.
 *
 * Its units leave it as if it were removed. When it is resumed they enter it anew, with nothing of
 * what units had told each other; one that has not got round to leaving stays.
 */
import { Problem } from "#base/problem.ts";
import { changed } from "#store/changes.ts";
import type { Transaction } from "#store/database.ts";
import { suspensions } from "./first-version.ts";
import { enterUnits } from "./relate.ts";
import * as relation from "./relation.ts";

const reasonLengthMax = 1000;

export interface Suspension {
  readonly isSuspended: boolean;
  /** What people are told of why; of one that is resumed it is forgotten. */
  readonly reason: string;
  readonly now: Temporal.Instant;
}

/**
 * Suspends a relation or resumes it; one that is so already stays as it is. Throws `not found`, and
 * `not valid` for one among peers or one that is being removed.
 */
export async function setSuspended(
  tx: Transaction,
  id: number,
  { isSuspended, reason, now }: Suspension,
): Promise<void> {
  const before = await relation.get(tx, id);
  if (before.isSuspended === isSuspended) return;
  refuseUnending(before);
  await tx
    .updateTable("relation")
    .set({
      suspended: isSuspended ? suspensions.suspended : suspensions.resumed,
      suspended_reason: isSuspended ? reason.slice(0, reasonLengthMax) : "",
    })
    .where("model", "=", tx.model)
    .where("id", "=", id)
    .execute();
  await changed(tx, "relation", `${id}`);
  if (!isSuspended) await enterUnits(tx, await relation.get(tx, id), now);
}

/** What people and charms are shown of it, in Juju's words. */
export function statusOf({
  life,
  isSuspended,
}: Pick<relation.Relation, "life" | "isSuspended">): string {
  if (life !== "alive") return "broken";
  return isSuspended ? "suspended" : "joined";
}

function refuseUnending({ key, life, endpoints }: relation.Relation): void {
  const reason = endpoints.length === 1 ? "is a peer relation" : "is being removed";
  if (endpoints.length > 1 && life === "alive") return;
  throw new Problem("not valid", `cannot suspend or resume relation "${key}": ${reason}`);
}
