/**
 * Logs: what a model's machines and units have logged, as far as it is kept.
 *
 * A model's log is in a scope of its own. So it has a writer of its own, whom nobody who changes the
 * model has to wait for, and its lines are in nobody's change feed; who follows it is woken by the
 * commit. The number up to which a machine's lines are known is written with the lines, in one
 * transaction: a line counts once, however often it is sent.
 */
import { type LogLevel, logLevels } from "#base/log.ts";
import { Problem } from "#base/problem.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import { type Bounds, end, following, type LedgerRow, trim } from "../ledger.ts";

interface LogLineTable extends LedgerRow {
  readonly entity: string;
  /** The place of the level among all. */
  readonly level: number;
  readonly module: string;
  readonly location: string;
  readonly message: string;
}

interface LogCursorTable {
  readonly model: string;
  readonly machine: string;
  readonly spool: string;
  readonly sequence: number;
}

declare module "#store/database.ts" {
  interface Database {
    readonly log_line: LogLineTable;
    readonly log_cursor: LogCursorTable;
  }
}

/** What the log of a model takes up at most, and for how long it is kept. */
export const logBounds: Bounds = {
  bytesMax: 64 * 1024 * 1024,
  ageMax: Temporal.Duration.from({ hours: 24 * 14 }),
};

/** So many are added at once at most. */
const addedMax = 1000;
/** With one text for each number of rows, the engine prepares few texts. */
const rowsAtOnce = 50;
const wordLengthMax = 200;
const messageLengthMax = 64 * 1024;

/** The scope of a model's log, in which its transactions run. */
export function logScope(model: string): string {
  return `log:${model}`;
}

export interface Line {
  /** Milliseconds since 1970, in UTC. */
  readonly time: number;
  readonly entity: string;
  readonly level: LogLevel;
  readonly module: string;
  readonly location: string;
  readonly message: string;
}

export interface NumberedLine extends Line {
  readonly sequence: number;
}

export interface Sent {
  readonly machine: string;
  readonly spool: string;
  /** In the order of their numbers. */
  readonly lines: readonly NumberedLine[];
  readonly now: Temporal.Instant;
}

/** The number of the last line that is known of the machine's spool; 0 for none. */
export async function known(
  tx: ReadTransaction,
  { machine, spool }: Pick<Sent, "machine" | "spool">,
): Promise<number> {
  const row = await tx
    .selectFrom("log_cursor")
    .select("sequence")
    .where("model", "=", tx.model)
    .where("machine", "=", machine)
    .where("spool", "=", spool)
    .executeTakeFirst();
  return row?.sequence ?? 0;
}

/**
 * Adds what is not known yet, and removes as much of the oldest as is beyond the bounds. Returns the
 * number of the last line that is known then. Throws `bad request` for too many at once.
 */
export async function add(tx: Transaction, { machine, spool, lines, now }: Sent): Promise<number> {
  if (lines.length > addedMax)
    throw new Problem("bad request", `${lines.length} lines are more than ${addedMax}`);
  let sequence = await known(tx, { machine, spool });
  const fresh: NumberedLine[] = [];
  for (const line of lines) {
    if (line.sequence <= sequence) continue;
    sequence = line.sequence;
    fresh.push(line);
  }
  if (fresh.length === 0) return sequence;
  await insert(tx, fresh);
  await trim(tx, "log_line", { ...logBounds, now });
  await tx
    .insertInto("log_cursor")
    .values({ model: tx.model, machine, spool, sequence })
    .onConflict((conflict) =>
      conflict.columns(["model", "machine"]).doUpdateSet({ spool, sequence }),
    )
    .execute();
  return sequence;
}

async function insert(tx: Transaction, lines: readonly Line[]): Promise<void> {
  let last = await end(tx, "log_line");
  const rows = lines.map(({ time, level, ...given }) => {
    const texts = {
      entity: toText(given.entity, wordLengthMax),
      module: toText(given.module, wordLengthMax),
      location: toText(given.location, wordLengthMax),
      message: toText(given.message, messageLengthMax),
    };
    last = following(last, Object.values(texts));
    return { model: tx.model, ...last, time, level: logLevels.indexOf(level), ...texts };
  });
  const whole = rows.length - (rows.length % rowsAtOnce);
  for (let from = 0; from < whole; from += rowsAtOnce) {
    await tx
      .insertInto("log_line")
      .values(rows.slice(from, from + rowsAtOnce))
      .execute();
  }
  for (const row of rows.slice(whole)) await tx.insertInto("log_line").values(row).execute();
}

/** What no database keeps is replaced, lest one line hold up all others. */
function toText(text: string, lengthMax: number): string {
  return text.slice(0, lengthMax).replaceAll("\0", "\u{fffd}").toWellFormed();
}

/** Forgets some of what a model that is gone has logged; returns how much. */
export async function forget(tx: Transaction): Promise<number> {
  const some = tx
    .selectFrom("log_line")
    .select("seq")
    .where("model", "=", tx.model)
    .orderBy("seq")
    .limit(addedMax);
  const { numDeletedRows } = await tx
    .deleteFrom("log_line")
    .where("model", "=", tx.model)
    .where("seq", "in", some)
    .executeTakeFirst();
  if (numDeletedRows === 0n)
    await tx.deleteFrom("log_cursor").where("model", "=", tx.model).execute();
  return Number(numDeletedRows);
}

/** The models that have a log, those that are gone included. */
export async function listLogged(tx: ReadTransaction): Promise<string[]> {
  const rows = await tx.selectFrom("log_cursor").select("model").distinct().execute();
  return rows.map(({ model }) => model.slice(logScope("").length));
}
