/** Waits for tasks, shows what they say meanwhile, and what has become of them. */
import { isProblem, Problem } from "#base/problem.ts";
import type { Connection } from "#client/connection.ts";
import type { Remote } from "#client/remote.ts";
import { Action, type WireActionResult } from "#contract/action.ts";
import type { ResultOf } from "#contract/facade.ts";
import type { Context } from "../command.ts";
import { formatClock, receiverOf, toId, toTaskDocument } from "./document.ts";
import { deadlineOf } from "./options.ts";
import { toPlain } from "./plain.ts";

type Enqueued = ResultOf<(typeof Action)["methods"]["EnqueueOperation"]>;
export type ActionFacade = Remote<typeof Action.methods>;

const pause = Temporal.Duration.from({ milliseconds: 150 });
const openStatuses: ReadonlySet<string> = new Set(["pending", "running", "aborting"]);

export function isOver({ status = "" }: WireActionResult): boolean {
  return !openStatuses.has(status);
}

export function openActions(connection: Connection, { signal }: Context): ActionFacade {
  return connection.facade(Action, signal);
}

export function areAllOver(results: readonly WireActionResult[]): boolean {
  return results.every(isOver);
}

/** The tasks that there are now; what keeps others from being is said. Throws when there is none. */
export function acceptEnqueued(
  { out }: Context,
  { operation, actions }: Enqueued,
): readonly WireActionResult[] {
  const failures = actions.flatMap(({ error }) => (error ? [error] : []));
  const tasks = actions.filter(({ error }) => error === undefined);
  if (failures.length === 0) return tasks;
  const reasons = failures.map(({ message, code }) => `  - ${message} (${code})`);
  // Jubilant takes it for what never came to be if it reads "task failed", and no output.
  const what = failures.length === 1 ? "task failed" : `${failures.length} tasks failed`;
  const text = `the following ${what} to be scheduled in operation ${toId(operation)}:\n${reasons.join("\n")}`;
  if (tasks.length === 0) throw new Problem("not valid", text);
  out.note(`WARNING ${text}`);
  return tasks;
}

export interface Following {
  readonly enqueued: Enqueued;
  readonly isBackground: boolean;
  readonly wait: Temporal.Duration;
  readonly zone: string;
}

/** Says what was enqueued, waits for it unless it is to run in the background, and shows what it came to. */
export async function follow(
  context: Context,
  facade: ActionFacade,
  { enqueued, isBackground, wait, zone }: Following,
): Promise<void> {
  const tasks = acceptEnqueued(context, enqueued);
  announce(context, enqueued.operation, { tasks, isBackground });
  if (isBackground) return;
  const deadline = deadlineOf(context, wait);
  await showWaited(context, await waitForTasks(context, facade, { tasks, deadline, zone }), zone);
}

/** What was enqueued, and how to see what becomes of it. */
function announce(
  { out, ifInterrupted }: Context,
  operation: string,
  { tasks, isBackground }: { tasks: readonly WireActionResult[]; isBackground: boolean },
): void {
  const id = toId(operation);
  const [only] = tasks;
  const count = tasks.length === 1 ? "1 task" : `${tasks.length} tasks`;
  const lines = tasks.map(
    ({ action }) => `  - task ${toId(action?.tag ?? "")} on ${action?.receiver}`,
  );
  if (!isBackground) {
    out.note(`Running operation ${id} with ${count}\n${lines.join("\n")}\n`);
    ifInterrupted(`Operation ${id} goes on: "jumar show-operation ${id}" shows it.`);
    return;
  }
  const isOne = tasks.length === 1;
  const task = toId(only?.action?.tag ?? "");
  if (isOne) out.note(`Scheduled operation ${id} with task ${task}`);
  else out.note(`Scheduled operation ${id} with ${count}\n${lines.join("\n")}`);
  out.note(`Check operation status with 'jumar show-operation ${id}'`);
  out.note(`Check task status with 'jumar show-task ${isOne ? task : "<id>"}'`);
}

export interface Waiting {
  readonly tasks: readonly WireActionResult[];
  readonly deadline: Temporal.Instant | undefined;
  readonly zone: string;
}

export interface Waited {
  readonly results: readonly WireActionResult[];
  /** Those that were not over when the time was up. */
  readonly late: readonly WireActionResult[];
}

/** Waits for one after the other, and shows what the one that it waits for says. */
export async function waitForTasks(
  context: Context,
  facade: ActionFacade,
  waiting: Waiting,
): Promise<Waited> {
  const results: WireActionResult[] = [];
  const late: WireActionResult[] = [];
  for (const { action } of waiting.tasks) {
    const tag = action?.tag ?? "";
    context.out.note(`Waiting for task ${toId(tag)}...`);
    const result = await waitFor(context, facade, { ...waiting, tag });
    (isOver(result) ? results : late).push(result);
  }
  context.out.note("");
  return { results, late };
}

/** Until it is over, or the time is up. */
async function waitFor(
  context: Context,
  facade: ActionFacade,
  { tag, deadline, zone }: Omit<Waiting, "tasks"> & { readonly tag: string },
): Promise<WireActionResult> {
  let said = 0;
  const look = async () => {
    const result = await facade.Actions({ tag });
    const { log = [] } = result;
    for (const { timestamp, message } of log.slice(said)) {
      context.out.note(`${formatClock(timestamp, zone)} ${message}`);
    }
    said = log.length;
    return result;
  };
  return await pauseWhile(context, deadline, { look, isOver });
}

interface Looking<T> {
  look(): Promise<T>;
  isOver(seen: T): boolean;
}

/** Looks again and again until it is over, or the time is up; returns what was seen last. */
export async function pauseWhile<T>(
  { clock, signal }: Context,
  deadline: Temporal.Instant | undefined,
  { look, isOver: isDone }: Looking<T>,
): Promise<T> {
  for (;;) {
    const seen = await look();
    const isTime = deadline && Temporal.Instant.compare(clock.now(), deadline) >= 0;
    if (isDone(seen) || isTime) return seen;
    await clock.sleep(pause, signal);
  }
}

/** Prints what has become of them. Throws when one has failed, or is not over. */
export async function showWaited(
  context: Context,
  { results, late }: Waited,
  zone: string,
): Promise<void> {
  await showResults(context, [...results, ...late], zone);
  if (late.length > 0) {
    const names = late.map((each) => `${receiverOf(each)} (task ${toId(each.action?.tag ?? "")})`);
    throw new Problem("not valid", `timed out waiting for results from: ${names.join(", ")}`);
  }
  refuseFailed(results);
}

/** By who has run them. */
async function showResults(
  context: Context,
  results: readonly WireActionResult[],
  zone: string,
): Promise<void> {
  const documents = results.map((each) => [receiverOf(each), toTaskDocument(each, zone)] as const);
  await showPlain(context, results, Object.fromEntries(documents));
}

/** The document, or in the plain format what they have printed and found. */
export async function showPlain(
  context: Context,
  results: readonly WireActionResult[],
  document: unknown,
): Promise<void> {
  const { stdout, stderr } = toPlain(results);
  await context.show(document, () => stdout);
  if (context.format === "plain" && stderr !== "") context.out.note(stderr.replace(/\n$/, ""));
}

function refuseFailed(results: readonly WireActionResult[]): void {
  const failed = results.filter((each) => each.status !== "completed" || codeOf(each) !== 0);
  if (failed.length === 0) return;
  const s = failed.length === 1 ? "" : "s";
  const lines = failed.map(
    (each) => ` - id "${toId(each.action?.tag ?? "")}" with return code ${codeOf(each)}`,
  );
  const advice = `use 'jumar show-task' to inspect the failure${s}`;
  throw new Problem(
    "not valid",
    `the following task${s} failed:\n${lines.join("\n")}\n\n${advice}`,
  );
}

/** Of what has no exit status, as it did not get that far, 1. */
function codeOf({ output, status }: WireActionResult): number {
  const code = output?.["return-code"];
  if (typeof code === "number") return code;
  return status === "completed" ? 0 : 1;
}

/** Throws `not found` for one that there is not, in the words of whoever asked. */
export async function findTask(facade: ActionFacade, id: string): Promise<WireActionResult> {
  try {
    return await facade.Actions({ tag: `action-${id}` });
  } catch (error) {
    if (!isProblem(error, "not found")) throw error;
    throw new Problem("not found", `task "${id}" not found`, { cause: error });
  }
}
