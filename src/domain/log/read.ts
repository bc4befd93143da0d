/**
 * Reading a model's log: what is there in the order of time, and what comes in the order in which it
 * comes.
 *
 * It is read a page at a time, each in a transaction of its own, and lines are chosen from the pages.
 * So however large the log is and however little of it somebody wants, nobody is held up for long.
 */
import { logLevels } from "#base/log.ts";
import type { ReadTransaction } from "#store/database.ts";
import type { Store } from "#store/store.ts";
import { end } from "../ledger.ts";
import { chooser, type Filter } from "./filter.ts";
import { type Line, logScope } from "./log.ts";

const pageMax = 200;

/** A line's place in the order of time. */
interface Place {
  readonly time: number;
  readonly seq: number;
}

interface Row extends Place {
  readonly entity: string;
  readonly level: number;
  readonly module: string;
  readonly location: string;
  readonly message: string;
}

export interface Asked {
  readonly model: string;
  readonly filter: Filter;
  /** The newest so many of what is there; undefined for all. */
  readonly backlog: number | undefined;
  /** Whether to go on with what comes. */
  readonly follows: boolean;
}

/** Pages of lines, until there is no more, or `signal` aborts. A page is read when it is asked for. */
export async function* read(
  store: Store,
  { model, filter, backlog, follows }: Asked,
  signal: AbortSignal,
): AsyncGenerator<readonly Line[]> {
  const scope = logScope(model);
  const looksAt = { store, scope, choose: chooser(filter), filter };
  const { seq: last } = await store.read(scope, (tx) => end(tx, "log_line"));
  const from = backlog === undefined ? undefined : await findStart(looksAt, { last, backlog });
  if (from !== "nothing") yield* readPast(looksAt, { last, from }, signal);
  if (follows) yield* follow(looksAt, last, signal);
}

interface Look {
  readonly store: Store;
  readonly scope: string;
  readonly filter: Filter;
  readonly choose: (line: Line) => boolean;
}

/** Where the last `backlog` lines that are chosen begin. */
async function findStart(
  { store, scope, filter, choose }: Look,
  { last, backlog }: { readonly last: number; readonly backlog: number },
): Promise<Place | "nothing"> {
  let missing = backlog;
  let before: Place | undefined;
  let start: Place | "nothing" = "nothing";
  while (missing > 0) {
    const rows = await store.read(scope, (tx) => pageBefore(tx, { filter, last, before }));
    for (const row of rows) {
      if (missing === 0 || !choose(toLine(row))) continue;
      start = row;
      missing--;
    }
    before = rows.at(-1);
    if (before === undefined) return start;
  }
  return start;
}

/** What is there, in the order of time. */
async function* readPast(
  { store, scope, filter, choose }: Look,
  { last, from }: { readonly last: number; readonly from: Place | undefined },
  signal: AbortSignal,
): AsyncGenerator<readonly Line[]> {
  let after = from && { time: from.time, seq: from.seq - 1 };
  while (!signal.aborted) {
    const rows = await store.read(scope, (tx) => pageAfter(tx, { filter, last, after }));
    after = rows.at(-1);
    if (after === undefined) return;
    const lines = rows.map(toLine).filter(choose);
    if (lines.length > 0) yield lines;
  }
}

/** What comes, in the order in which it comes. */
async function* follow(
  { store, scope, choose }: Look,
  last: number,
  signal: AbortSignal,
): AsyncGenerator<readonly Line[]> {
  let seen = last;
  while (!signal.aborted) {
    const ring = store.rung(scope, signal); // before the look, or a line could slip between
    const rows = await store.read(scope, (tx) => pageSince(tx, seen));
    seen = rows.at(-1)?.seq ?? seen;
    const lines = rows.map(toLine).filter(choose);
    if (lines.length > 0) yield lines;
    if (rows.length === 0) await ring;
  }
}

interface Page {
  readonly filter: Filter;
  readonly last: number;
}

function pageBefore(
  tx: ReadTransaction,
  { filter, last, before }: Page & { readonly before: Place | undefined },
): Promise<Row[]> {
  let query = select(tx, filter).where("seq", "<=", last);
  if (before) {
    query = query
      .where("time", "<=", before.time)
      .where(({ eb, or }) => or([eb("time", "<", before.time), eb("seq", "<", before.seq)]));
  }
  return query.orderBy("time", "desc").orderBy("seq", "desc").limit(pageMax).execute();
}

function pageAfter(
  tx: ReadTransaction,
  { filter, last, after }: Page & { readonly after: Place | undefined },
): Promise<Row[]> {
  let query = select(tx, filter).where("seq", "<=", last);
  if (after) {
    query = query
      .where("time", ">=", after.time)
      .where(({ eb, or }) => or([eb("time", ">", after.time), eb("seq", ">", after.seq)]));
  }
  return query.orderBy("time").orderBy("seq").limit(pageMax).execute();
}

/** Every row counts, chosen or not, for whoever follows must know how far they are. */
function pageSince(tx: ReadTransaction, seen: number): Promise<Row[]> {
  return select(tx, { level: "TRACE", from: undefined })
    .where("seq", ">", seen)
    .orderBy("seq")
    .limit(pageMax)
    .execute();
}

function select(tx: ReadTransaction, { level, from }: Pick<Filter, "level" | "from">) {
  const query = tx
    .selectFrom("log_line")
    .select(["seq", "time", "entity", "level", "module", "location", "message"])
    .where("model", "=", tx.model);
  const ofLevel = level === "TRACE" ? query : query.where("level", ">=", logLevels.indexOf(level));
  return from === undefined ? ofLevel : ofLevel.where("time", ">=", from);
}

function toLine({ seq: _, level, ...row }: Row): Line {
  return { ...row, level: logLevels[level] ?? "INFO" };
}
