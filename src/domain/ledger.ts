/**
 * Ledgers: tables to which rows are only added, and of which only the oldest go.
 *
 * A row has the number after the last one's, its time, and in `total` the bytes of all rows that were
 * ever added up to it. So what a ledger takes up is known from its first row and its last, and is cut
 * to size without counting. The last row stays, for the next one's number and total come from it.
 */
import { sql } from "kysely";
import type { ReadTransaction, Transaction } from "#store/database.ts";

type LedgerTable = "log_line" | "status_history";

/** What every row of a ledger has. */
export interface LedgerRow {
  readonly model: string;
  readonly seq: number;
  /** Milliseconds since 1970, in UTC. */
  readonly time: number;
  readonly total: number;
}

export interface End {
  readonly seq: number;
  readonly total: number;
}

export interface Bounds {
  readonly bytesMax: number;
  /** What is older goes. */
  readonly ageMax: Temporal.Duration;
}

/** What a row takes up beside its texts. */
const rowBytes = 64;
/** So much is removed in one transaction, lest it hold up the next. */
const trimmedMax = 1000;

/** The last row's number and total; zeros for a ledger without one. */
export async function end(tx: ReadTransaction, table: LedgerTable): Promise<End> {
  const row = await tx
    .selectFrom(table)
    .select(["seq", "total"])
    .where("model", "=", tx.model)
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return row ?? { seq: 0, total: 0 };
}

/** The place of the row with those texts that comes next. */
export function following({ seq, total }: End, texts: readonly string[]): End {
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), rowBytes);
  return { seq: seq + 1, total: total + bytes };
}

/**
 * Removes some of the oldest rows, as far as they are beyond the bounds; returns how many. Whoever
 * wants all of them removed calls again until none is left.
 */
export async function trim(
  tx: Transaction,
  table: LedgerTable,
  { bytesMax, ageMax, now }: Bounds & { readonly now: Temporal.Instant },
): Promise<number> {
  const last = await end(tx, table);
  const oldest = now.subtract({ milliseconds: ageMax.total("milliseconds") }).epochMilliseconds;
  const { numAffectedRows } = await sql`
    DELETE FROM ${sql.table(table)}
    WHERE model = ${tx.model} AND seq < ${last.seq}
      AND seq < ${trimmedMax} + (SELECT min(seq) FROM ${sql.table(table)} WHERE model = ${tx.model})
      AND (total <= ${last.total - bytesMax} OR time < ${oldest})
  `.execute(tx);
  return Number(numAffectedRows ?? 0);
}
