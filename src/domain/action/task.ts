/**
 * Tasks: actions and commands that units and machines are to carry out, each once.
 *
 * A task waits until its receiver's agent begins it, and is over when the agent says how it ended.
 * One that has not begun can be cancelled at once; one that runs is aborted by its agent. What is over
 * never changes again.
 */
import { sql } from "kysely";
import { Problem } from "#base/problem.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import type { Parameters } from "./schema.ts";

const taskStatuses = [
  "pending",
  "running",
  "aborting",
  "completed",
  "failed",
  "cancelled",
  "aborted",
  "error",
] as const;
export type TaskStatus = (typeof taskStatuses)[number];

/** Who carries it out: a unit by its name, or a machine by its id. */
export interface Receiver {
  readonly kind: "unit" | "machine";
  readonly name: string;
}

export interface Task {
  readonly id: number;
  readonly operation: number;
  readonly receiver: Receiver;
  /** Of the action; that of a command is `juju-exec`. */
  readonly name: string;
  readonly parameters: Parameters;
  readonly parallel: boolean;
  readonly executionGroup: string;
  readonly status: TaskStatus;
  readonly message: string;
  readonly output: Parameters;
  /** These are empty as long as it has not come to that. */
  readonly enqueued: string;
  readonly started: string;
  readonly completed: string;
}

interface TaskTable {
  readonly model: string;
  readonly id: number;
  readonly operation: number;
  readonly receiver_kind: Receiver["kind"];
  readonly receiver: string;
  readonly name: string;
  readonly parameters: string;
  readonly parallel: number;
  readonly execution_group: string;
  readonly status: TaskStatus;
  readonly message: string;
  readonly output: string;
  readonly enqueued: string;
  readonly started: string;
  readonly completed: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly task: TaskTable;
  }
}

/** The name of the task that is a command. */
export const execName = "juju-exec";

const openStatuses: readonly TaskStatus[] = ["pending", "running", "aborting"];

/** How many an agent is told of at a time; the rest of them wait for these. */
const toldMax = 100;

export type NewTask = Omit<Task, "status" | "message" | "output" | "started" | "completed">;

/** What a change of a task is known by: who is to carry it out. */
export function receiverKey({ kind, name }: Receiver): string {
  return `${kind} ${name}`;
}

export function isOver(status: TaskStatus): boolean {
  return !openStatuses.includes(status);
}

export async function add(tx: Transaction, task: NewTask): Promise<Task> {
  const { id, operation, receiver, name, parameters, enqueued } = task;
  const added = {
    ...{ model: tx.model, id, operation, name, enqueued, parameters: JSON.stringify(parameters) },
    ...{ receiver_kind: receiver.kind, receiver: receiver.name, output: "{}" },
    ...{ parallel: task.parallel ? 1 : 0, execution_group: task.executionGroup },
    ...{ status: "pending" as const, message: "", started: "", completed: "" },
  };
  await tx.insertInto("task").values(added).execute();
  await changed(tx, "task", receiverKey(receiver));
  return toTask(added);
}

/** Throws `not found`. */
export async function get(tx: ReadTransaction, id: number): Promise<Task> {
  const row = await selectTasks(tx).where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw new Problem("not found", `task "${id}" not found`);
  return toTask(row);
}

/** Those of the operations, in the order of their ids. */
export async function listOf(tx: ReadTransaction, operations: readonly number[]): Promise<Task[]> {
  if (operations.length === 0) return [];
  const rows = await selectTasks(tx).where("operation", "in", operations).orderBy("id").execute();
  return rows.map(toTask);
}

/** About how much the tasks of each of the operations have been given and have found, in characters. */
export async function sizesOf(
  tx: ReadTransaction,
  operations: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  if (operations.length === 0) return new Map();
  const rows = await tx
    .selectFrom("task")
    .select(["operation", sql<number>`sum(length(parameters) + length(output))`.as("size")])
    .where("model", "=", tx.model)
    .where("operation", "in", operations)
    .groupBy("operation")
    .execute();
  return new Map(rows.map(({ operation, size }) => [Number(operation), Number(size)]));
}

/** What there is to say of a task without what it was given and what it has found. */
export type TaskHead = Omit<Task, "output" | "parameters">;

/** The newest, `max` at most, newest first. */
export async function listNewest(tx: ReadTransaction, max: number): Promise<TaskHead[]> {
  const rows = await selectHeads(tx).orderBy("id", "desc").limit(max).execute();
  return rows.map(toHead);
}

/** Which statuses the operation's tasks have; for each it is enough to find one. */
export async function statusesOf(
  tx: ReadTransaction,
  operation: number,
): Promise<ReadonlySet<TaskStatus>> {
  const row = await tx
    .selectFrom("operation")
    .select(({ exists, selectFrom }) =>
      taskStatuses.map((status) =>
        exists(
          selectFrom("task")
            .select("task.id")
            .where("task.model", "=", tx.model)
            .where("task.operation", "=", operation)
            .where("task.status", "=", status),
        ).as(status),
      ),
    )
    .where("model", "=", tx.model)
    .where("id", "=", operation)
    .executeTakeFirst();
  return new Set(taskStatuses.filter((status) => row?.[status]));
}

/** Those of the operation, in the order of their ids. */
export async function listHeadsOf(tx: ReadTransaction, operation: number): Promise<TaskHead[]> {
  const rows = await selectHeads(tx).where("operation", "=", operation).orderBy("id").execute();
  return rows.map(toHead);
}

/** What the receiver is told of, oldest first, `toldMax` at most: those that are not over. */
export async function listTold(tx: ReadTransaction, receiver: Receiver): Promise<TaskHead[]> {
  const rows = await selectOpen(tx, receiver).limit(toldMax).execute();
  return rows.map(toHead);
}

/** Those of the receiver that are not over, oldest first. */
export async function listOpen(tx: ReadTransaction, receiver: Receiver): Promise<TaskHead[]> {
  const rows = await selectOpen(tx, receiver).execute();
  return rows.map(toHead);
}

/** How many of the receiver are not over. */
export async function countOpen(tx: ReadTransaction, receiver: Receiver): Promise<number> {
  const row = await tx
    .selectFrom("task")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("model", "=", tx.model)
    .where("receiver_kind", "=", receiver.kind)
    .where("receiver", "=", receiver.name)
    .where("status", "in", openStatuses)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Whoever has tasks that are not over. */
export async function listReceivers(tx: ReadTransaction): Promise<Receiver[]> {
  const rows = await tx
    .selectFrom("task")
    .select(["receiver_kind as kind", "receiver as name"])
    .distinct()
    .where("model", "=", tx.model)
    .where("status", "in", openStatuses)
    .execute();
  return rows;
}

export type TaskChange = Partial<
  Pick<Task, "status" | "message" | "output" | "started" | "completed">
>;

export async function change(
  tx: Transaction,
  { id, receiver }: Pick<Task, "id" | "receiver">,
  { output, ...rest }: TaskChange,
): Promise<void> {
  await tx
    .updateTable("task")
    .set({ ...rest, ...(output === undefined ? {} : { output: JSON.stringify(output) }) })
    .where("model", "=", tx.model)
    .where("id", "=", id)
    .execute();
  await changed(tx, "task", receiverKey(receiver));
}

function selectTasks(tx: ReadTransaction) {
  return tx.selectFrom("task").selectAll().where("model", "=", tx.model);
}

function selectHeads(tx: ReadTransaction) {
  return tx
    .selectFrom("task")
    .select(["id", "operation", "receiver_kind", "receiver", "name", "parallel"])
    .select(["execution_group", "status", "message", "enqueued", "started", "completed"])
    .where("model", "=", tx.model);
}

function selectOpen(tx: ReadTransaction, { kind, name }: Receiver) {
  return selectHeads(tx)
    .where("receiver_kind", "=", kind)
    .where("receiver", "=", name)
    .where("status", "in", openStatuses)
    .orderBy("id");
}

function toTask(row: TaskTable): Task {
  const { parameters, output } = row;
  return { ...toHead(row), parameters: JSON.parse(parameters), output: JSON.parse(output) };
}

function toHead(row: Omit<TaskTable, "model" | "output" | "parameters">): TaskHead {
  const { id, operation, name, status, message, enqueued, started, completed } = row;
  return {
    ...{ id, operation, name, status, message, enqueued, started, completed },
    receiver: { kind: row.receiver_kind, name: row.receiver },
    parallel: row.parallel === 1,
    executionGroup: row.execution_group,
  };
}
