/**
 * Enqueueing: what somebody asks for becomes an operation with a task for each receiver.
 *
 * A receiver that cannot do it does not keep the others from it; the operation says what went wrong.
 * Actions are checked against the charm that the unit runs; commands are for units and machines alike.
 */
import { isProblem, Problem } from "#base/problem.ts";
import { type ActionSpec, toActionSpecs } from "#charm/actions.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as application from "../application/application.ts";
import * as charm from "../charm/charm.ts";
import * as leadership from "../leadership/leadership.ts";
import * as machine from "../machine/machine.ts";
import * as sequence from "../sequence/sequence.ts";
import * as unit from "../unit/unit.ts";
import * as operation from "./operation.ts";
import { checkParameters, type Parameters } from "./schema.ts";
import * as task from "./task.ts";

const tasksMax = 1000;
const waitingMax = 1000;
const parametersBytesMax = 1024 * 1024;

/** A unit, a machine, or whichever unit leads the application. */
export type Target = task.Receiver | { readonly kind: "leader"; readonly name: string };

export interface Wish {
  readonly target: Target;
  /** Of an action; that of a command is `execName`. */
  readonly name: string;
  readonly parameters: Parameters;
  /** Where nobody says, the charm does. */
  readonly parallel: boolean | undefined;
  readonly executionGroup: string | undefined;
}

export interface Enqueued {
  readonly operation: number;
  /** For each wish the task, or why there is none. */
  readonly results: readonly (task.Task | Problem)[];
}

/** Throws `quota limit exceeded` for too many at once, `bad request` for none. */
export async function enqueue(
  tx: Transaction,
  wishes: readonly Wish[],
  now: Temporal.Instant,
): Promise<Enqueued> {
  if (wishes.length === 0) throw new Problem("bad request", "no receivers specified");
  if (wishes.length > tasksMax) {
    const message = `${wishes.length} tasks are more than the ${tasksMax} of one operation`;
    throw new Problem("quota limit exceeded", message);
  }
  const ready: (Ready | Problem)[] = [];
  const crowds = new Map<string, number>();
  for (const wish of wishes) ready.push(await attempt(() => prepare(tx, wish, crowds)));
  const failures = ready.filter((each) => each instanceof Problem);
  const fail = failures.map(({ message }) => message).join("; ");
  const id = await nextId(tx);
  const isVain = failures.length === ready.length;
  await operation.add(tx, {
    ...{ id, summary: summarize(wishes), fail, status: isVain ? "error" : "pending", started: "" },
    ...{ enqueued: now.toString(), completed: isVain ? now.toString() : "" },
  });
  const results: (task.Task | Problem)[] = [];
  for (const each of ready) {
    if (each instanceof Problem) results.push(each);
    else results.push(await add(tx, each, { operation: id, now }));
  }
  return { operation: id, results };
}

type Ready = Omit<task.NewTask, "id" | "operation" | "enqueued">;

async function attempt(body: () => Promise<Ready>): Promise<Ready | Problem> {
  try {
    return await body();
  } catch (error) {
    if (isProblem(error)) return error;
    throw error;
  }
}

async function add(
  tx: Transaction,
  ready: Ready,
  { operation: of, now }: { readonly operation: number; readonly now: Temporal.Instant },
): Promise<task.Task> {
  const id = await nextId(tx);
  return await task.add(tx, { ...ready, id, operation: of, enqueued: now.toString() });
}

/** Operations and tasks are counted together, as in Juju, from 1 on. */
async function nextId(tx: Transaction): Promise<number> {
  return 1 + (await sequence.take(tx, "task"));
}

function summarize(wishes: readonly Wish[]): string {
  const names = [...new Set(wishes.map(({ name }) => name))];
  return `${names.join(", ")} run on ${wishes.map(({ target }) => toWords(target)).join(",")}`;
}

function toWords({ kind, name }: Target): string {
  if (kind === "leader") return `${name}/leader`;
  return `${kind}-${name.replaceAll("/", "-")}`;
}

async function prepare(
  tx: ReadTransaction,
  wish: Wish,
  crowds: Map<string, number>,
): Promise<Ready> {
  const { target, name, parameters } = wish;
  const bytes = Buffer.byteLength(JSON.stringify(parameters));
  if (bytes > parametersBytesMax) {
    const message = `parameters take ${bytes} of at most ${parametersBytesMax} bytes`;
    throw new Problem("quota limit exceeded", message);
  }
  const receiver = await findReceiver(tx, target);
  const spec = name === task.execName ? undefined : await getSpec(tx, receiver, name);
  const checked = spec ? checkParameters(spec, parameters) : parameters;
  await joinCrowd(tx, receiver, crowds);
  return {
    ...{ receiver, name, parameters: checked },
    parallel: wish.parallel ?? spec?.parallel ?? false,
    executionGroup: wish.executionGroup ?? spec?.executionGroup ?? "",
  };
}

async function findReceiver(tx: ReadTransaction, target: Target): Promise<task.Receiver> {
  if (target.kind === "unit") {
    await unit.get(tx, target.name);
    return target;
  }
  if (target.kind === "machine") {
    await machine.get(tx, target.name);
    return target;
  }
  await application.get(tx, target.name);
  const leader = await leadership.findLeader(tx, target.name);
  if (leader !== undefined) return { kind: "unit", name: leader };
  throw new Problem("not found", `could not determine leader for "${target.name}"`);
}

/** Counts one more for the receiver. Throws `quota limit exceeded` when it has enough to do. */
async function joinCrowd(
  tx: ReadTransaction,
  receiver: task.Receiver,
  crowds: Map<string, number>,
): Promise<void> {
  const key = task.receiverKey(receiver);
  const waiting = crowds.get(key) ?? (await task.countOpen(tx, receiver));
  if (waiting >= waitingMax) {
    const message = `${receiver.kind} ${receiver.name} has ${waiting} tasks to do already`;
    throw new Problem("quota limit exceeded", message);
  }
  crowds.set(key, waiting + 1);
}

async function getSpec(
  tx: ReadTransaction,
  { kind, name: receiver }: task.Receiver,
  name: string,
): Promise<ActionSpec> {
  if (kind === "machine") {
    throw new Problem("not valid", `action "${name}" is for units, not for machine ${receiver}`);
  }
  const { charm: running, desiredCharm } = await unit.get(tx, receiver);
  const { content } = await charm.get(tx, running ?? desiredCharm);
  const spec = toActionSpecs(content.actions).get(name);
  if (spec !== undefined) return spec;
  throw new Problem("not found", `action "${name}" not defined on unit "${receiver}"`);
}
