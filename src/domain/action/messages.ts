/** What tasks say while they run, in order; of one that never stops, the first are kept. */
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";

export interface Message {
  readonly task: number;
  /** From 1 on. */
  readonly number: number;
  readonly time: string;
  readonly message: string;
}

interface TaskMessageTable extends Message {
  readonly model: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly task_message: TaskMessageTable;
  }
}

const messagesMax = 1000;
const messageLengthMax = 16 * 1024;

export interface Said {
  readonly id: number;
  readonly message: string;
  readonly now: Temporal.Instant;
}

/** Beyond the bound nothing more is kept. */
export async function add(tx: Transaction, { id, message, now }: Said): Promise<void> {
  const row = await tx
    .selectFrom("task_message")
    .select(({ fn }) => fn.max("number").as("last"))
    .where("model", "=", tx.model)
    .where("task", "=", id)
    .executeTakeFirst();
  const number = (row?.last ?? 0) + 1;
  if (number > messagesMax) return;
  const text = message.slice(0, messageLengthMax);
  const added = { model: tx.model, task: id, number, time: now.toString(), message: text };
  await tx.insertInto("task_message").values(added).execute();
  await changed(tx, "task_message", `${id}`);
}

/** Those after that number, by their task. */
export async function listOf(
  tx: ReadTransaction,
  tasks: readonly number[],
  after = 0,
): Promise<ReadonlyMap<number, readonly Message[]>> {
  if (tasks.length === 0) return new Map();
  const rows = await tx
    .selectFrom("task_message")
    .select(["task", "number", "time", "message"])
    .where("model", "=", tx.model)
    .where("task", "in", tasks)
    .where("number", ">", after)
    .orderBy("task")
    .orderBy("number")
    .execute();
  return Map.groupBy(rows, ({ task }) => task);
}
