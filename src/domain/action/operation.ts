/**
 * Operations: what was asked for at one time, of one receiver or of many. Each consists of tasks, and
 * its status follows from theirs.
 *
 * The operations of a model are its history: the newest are kept, and no longer than their time.
 */
import { parseDuration } from "#base/duration.ts";
import { Problem } from "#base/problem.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as model from "../model/model.ts";
import * as task from "./task.ts";

export interface Operation {
  readonly id: number;
  readonly summary: string;
  /** Why some of it could not even be enqueued, or empty. */
  readonly fail: string;
  readonly status: task.TaskStatus;
  /** These are empty as long as it has not come to that. */
  readonly enqueued: string;
  readonly started: string;
  readonly completed: string;
}

interface OperationTable extends Operation {
  readonly model: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly operation: OperationTable;
  }
}

const keptMax = 1000;

/** In this order: an operation ends as the worst of its tasks. */
const worstFirst: readonly task.TaskStatus[] = [
  "error",
  "failed",
  "aborted",
  "cancelled",
  "completed",
];

export async function add(tx: Transaction, operation: Operation): Promise<void> {
  await tx
    .insertInto("operation")
    .values({ model: tx.model, ...operation })
    .execute();
  await changed(tx, "operation", `${operation.id}`);
}

/** Throws `not found`. */
export async function get(tx: ReadTransaction, id: number): Promise<Operation> {
  const row = await selectOperations(tx).where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw new Problem("not found", `operation "${id}" not found`);
  return row;
}

/**
 * Brings the operation's status and times up to date with its tasks, one of which has changed now.
 * What it costs does not depend on how many they are, for each of them passes here.
 */
export async function follow(
  tx: Transaction,
  id: number,
  { now }: { readonly now: string },
): Promise<void> {
  const before = await get(tx, id);
  const statuses = await task.statusesOf(tx, id);
  const started = before.started || (statuses.has("running") ? now : "");
  const areOver = [...statuses].every(task.isOver);
  const completed = areOver ? before.completed || now : "";
  const after = { status: statusOf(before, statuses), started, completed };
  const isSame = Object.entries(after).every(
    ([key, value]) => before[key as keyof Operation] === value,
  );
  if (isSame) return;
  await tx
    .updateTable("operation")
    .set(after)
    .where("model", "=", tx.model)
    .where("id", "=", id)
    .execute();
  await changed(tx, "operation", `${id}`);
}

function statusOf({ fail }: Operation, ofTasks: ReadonlySet<task.TaskStatus>): task.TaskStatus {
  const statuses = fail === "" ? ofTasks : new Set([...ofTasks, "error" as const]);
  if (statuses.has("running") || statuses.has("aborting")) return "running";
  if (statuses.has("pending")) return statuses.size > 1 ? "running" : "pending";
  return worstFirst.find((each) => statuses.has(each)) ?? "completed";
}

/**
 * Forgets operations that are over, with their tasks: those that are too many, and those that are
 * older than `max-action-results-age` says.
 */
export async function prune(tx: Transaction, now: Temporal.Instant): Promise<void> {
  const rows = await selectOperations(tx)
    .where("completed", "!=", "")
    .orderBy("id", "desc")
    .execute();
  const { "max-action-results-age": age } = await model.getSettings(tx);
  const since = now.subtract(parseDuration(String(age)));
  const isOld = ({ completed }: Operation) =>
    Temporal.Instant.compare(Temporal.Instant.from(completed), since) < 0;
  const gone = rows.filter((each, place) => place >= keptMax || isOld(each));
  for (const { id } of gone) await forget(tx, id);
}

async function forget(tx: Transaction, id: number): Promise<void> {
  for (const each of await task.listHeadsOf(tx, id)) {
    await tx
      .deleteFrom("task_message")
      .where("model", "=", tx.model)
      .where("task", "=", each.id)
      .execute();
    await changed(tx, "task", task.receiverKey(each.receiver));
  }
  await tx.deleteFrom("task").where("model", "=", tx.model).where("operation", "=", id).execute();
  await tx.deleteFrom("operation").where("model", "=", tx.model).where("id", "=", id).execute();
  await changed(tx, "operation", `${id}`);
}

export interface Query {
  /** Empty lists ask for everything. */
  readonly receivers: readonly task.Receiver[];
  /** All units of these. */
  readonly applications: readonly string[];
  readonly actions: readonly string[];
  readonly statuses: readonly string[];
  readonly offset: number;
  readonly limit: number;
}

/** Newest first, and whether there are more. */
export async function list(
  tx: ReadTransaction,
  query: Query,
): Promise<{ readonly operations: readonly Operation[]; readonly isTruncated: boolean }> {
  const { receivers, applications, actions, statuses, offset, limit } = query;
  let rows = selectOperations(tx).orderBy("id", "desc");
  if (statuses.length > 0) rows = rows.where("status", "in", statuses as task.TaskStatus[]);
  const isFiltered = receivers.length + applications.length + actions.length > 0;
  if (isFiltered) rows = rows.where("id", "in", idsOfMatching(tx, query));
  const found = await rows
    .offset(offset)
    .limit(limit + 1)
    .execute();
  return { operations: found.slice(0, limit), isTruncated: found.length > limit };
}

/** Of operations with a task that has such a name, and such a receiver. */
function idsOfMatching(tx: ReadTransaction, { receivers, applications, actions }: Query) {
  let tasks = tx.selectFrom("task").select("operation").where("model", "=", tx.model);
  if (actions.length > 0) tasks = tasks.where("name", "in", actions);
  if (receivers.length + applications.length === 0) return tasks;
  return tasks.where(({ or, and, eb }) =>
    or([
      ...receivers.map(({ kind, name }) =>
        and([eb("receiver_kind", "=", kind), eb("receiver", "=", name)]),
      ),
      ...applications.map((name) =>
        and([eb("receiver_kind", "=", "unit"), eb("receiver", "like", `${name}/%`)]),
      ),
    ]),
  );
}

function selectOperations(tx: ReadTransaction) {
  return tx
    .selectFrom("operation")
    .select(["id", "summary", "fail", "status", "enqueued", "started", "completed"])
    .where("model", "=", tx.model);
}
