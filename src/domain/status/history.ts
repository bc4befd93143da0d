/**
 * What entities have said of themselves before: their statuses, in the order in which they came.
 *
 * A status is added in the transaction that sets it, so that the last one of an entity is what it says
 * now. One that is said again is nothing new, as in Juju. The settings of the model say how much is
 * kept, and for how long; what has gone from the model leaves nothing.
 */
import { parseDuration } from "#base/duration.ts";
import { parseMib } from "#base/size.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import { type Bounds, end, following, type LedgerRow } from "../ledger.ts";
import type { ModelSettings } from "../model/config.ts";

export interface PastStatus {
  readonly entity: string;
  readonly status: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly since: Temporal.Instant;
}

interface StatusHistoryTable extends LedgerRow {
  readonly entity: string;
  readonly status: string;
  readonly message: string;
  readonly data: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly status_history: StatusHistoryTable;
  }
}

/** How many are shown at once, however many are asked for. */
const shownMax = 10_000;

export interface Added extends Pick<StatusHistoryTable, "entity" | "status" | "message" | "data"> {
  readonly now: Temporal.Instant;
}

export async function add(tx: Transaction, { now, ...row }: Added): Promise<void> {
  const last = await end(tx, "status_history");
  const next = following(last, [row.entity, row.status, row.message, row.data]);
  const time = now.epochMilliseconds;
  await tx
    .insertInto("status_history")
    .values({ model: tx.model, time, ...next, ...row })
    .execute();
}

export interface Asked {
  readonly entities: readonly string[];
  /** The newest so many; undefined for all. */
  readonly size: number | undefined;
  /** Not those from before. */
  readonly from: Temporal.Instant | undefined;
  /** Not those with one of these messages. */
  readonly exclude: readonly string[];
}

/** Oldest first. */
export async function list(tx: ReadTransaction, asked: Asked): Promise<PastStatus[]> {
  const { entities, size = shownMax, from, exclude } = asked;
  let query = tx
    .selectFrom("status_history")
    .select(["entity", "status", "message", "data", "time"])
    .where("model", "=", tx.model)
    .where("entity", "in", [...entities]);
  if (from) query = query.where("time", ">=", from.epochMilliseconds);
  if (exclude.length > 0) query = query.where("message", "not in", [...exclude]);
  const rows = await query.orderBy("seq", "desc").limit(Math.min(size, shownMax)).execute();
  return rows.reverse().map(({ time, data, ...row }) => ({
    ...row,
    data: JSON.parse(data),
    since: Temporal.Instant.fromEpochMilliseconds(time),
  }));
}

export async function remove(tx: Transaction, entities: readonly string[]): Promise<void> {
  await tx
    .deleteFrom("status_history")
    .where("model", "=", tx.model)
    .where("entity", "in", [...entities])
    .execute();
}

const mebibyte = 1024 * 1024;

/** How much of it the model's settings allow. */
export function boundsOf(settings: ModelSettings): Bounds {
  const size = parseMib(String(settings["max-status-history-size"])) ?? 0;
  return {
    bytesMax: size * mebibyte,
    ageMax: parseDuration(String(settings["max-status-history-age"])),
  };
}
