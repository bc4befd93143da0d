/** What becomes of a task: its agent begins it, says things, and says how it ended; or it is cancelled. */
import { Problem } from "#base/problem.ts";
import type { Transaction } from "#store/database.ts";
import * as messages from "./messages.ts";
import * as operation from "./operation.ts";
import type { Parameters } from "./schema.ts";
import * as task from "./task.ts";

/** The task of that receiver. Throws `not found` for one of somebody else's too. */
async function getOf(
  tx: Transaction,
  { id, receiver }: { readonly id: number; readonly receiver: task.Receiver },
): Promise<task.Task> {
  const found = await task.get(tx, id);
  if (task.receiverKey(found.receiver) === task.receiverKey(receiver)) return found;
  throw new Problem("not found", `task "${id}" not found`);
}

export interface Beginning {
  readonly id: number;
  readonly receiver: task.Receiver;
  readonly now: Temporal.Instant;
}

/** Returns what is to be done. To say it again changes nothing. Throws `not valid` for one that is not to run. */
export async function begin(tx: Transaction, beginning: Beginning): Promise<task.Task> {
  const found = await getOf(tx, beginning);
  if (found.status === "running") return found;
  if (found.status !== "pending") {
    throw new Problem("not valid", `task "${found.id}" is not to run: it is ${found.status}`);
  }
  const running = { status: "running", started: beginning.now.toString() } as const;
  await task.change(tx, found, running);
  await operation.follow(tx, found.operation, { now: running.started });
  return { ...found, ...running };
}

export interface Progress extends messages.Said {
  readonly receiver: task.Receiver;
}

/** Throws `not valid` for a task that does not run. */
export async function log(tx: Transaction, said: Progress): Promise<void> {
  const { status } = await getOf(tx, said);
  if (status !== "running" && status !== "aborting") {
    throw new Problem("not valid", `task "${said.id}" does not run: it is ${status}`);
  }
  await messages.add(tx, said);
}

const endings = ["completed", "failed", "aborted"] as const;

export interface Ending extends Beginning {
  /** `completed`, `failed` or `aborted`. */
  readonly status: string;
  readonly message: string;
  readonly output: Parameters;
}

const messageLengthMax = 16 * 1024;

/** What is over stays as it is, so that an agent may say it again. Throws `not valid` for another status. */
export async function finish(tx: Transaction, ending: Ending): Promise<void> {
  const found = await getOf(tx, ending);
  const status = endings.find((each) => each === ending.status);
  if (status === undefined) {
    throw new Problem("not valid", `"${ending.status}" is no status that a task ends with`);
  }
  if (task.isOver(found.status)) return;
  const { now, output } = ending;
  const message = ending.message.slice(0, messageLengthMax);
  await end(tx, found, { status, message, output, now });
}

async function end(
  tx: Transaction,
  found: task.TaskHead,
  ended: Pick<task.Task, "status" | "message" | "output"> & { readonly now: Temporal.Instant },
): Promise<void> {
  const { now: at, ...how } = ended;
  const now = at.toString();
  await task.change(tx, found, { ...how, completed: now });
  await operation.follow(tx, found.operation, { now });
}

/** One that runs is told to end; for what is over it is too late, and nothing changes. Throws `not found`. */
export async function cancel(
  tx: Transaction,
  { id, by, now }: { readonly id: number; readonly by: string; readonly now: Temporal.Instant },
): Promise<task.Task> {
  const found = await task.get(tx, id);
  if (found.status === "running") {
    await task.change(tx, found, { status: "aborting" });
    await operation.follow(tx, found.operation, { now: now.toString() });
  }
  if (found.status === "pending") {
    const message = `action cancelled by ${by}`;
    await end(tx, found, { status: "cancelled", message, output: {}, now });
  }
  return await task.get(tx, id);
}

/** Its receiver is gone, and nobody will carry out what it has left. */
export async function giveUp(
  tx: Transaction,
  receiver: task.Receiver,
  now: Temporal.Instant,
): Promise<void> {
  const message = `${receiver.kind} ${receiver.name} has been removed`;
  for (const each of await task.listOpen(tx, receiver)) {
    const status = each.status === "pending" ? "cancelled" : "failed";
    await end(tx, each, { status, message, output: {}, now });
  }
}
