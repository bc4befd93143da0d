/** The process of a task: what it printed, and whether it ended by itself. */
import type { Clock } from "#base/clock.ts";
import { isProblem } from "#base/problem.ts";
import { endRun, runHookProcess } from "../unit/run/hook-process.ts";
import { Collected } from "../unit/run/output.ts";
import { outputBytesMax, type Results, toPrinted } from "./output.ts";

export interface TaskProcess {
  readonly command: readonly string[];
  readonly workingFolder: string;
  /** Of what is known of this run. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The secret of this run, which is in its environment. */
  readonly context: string;
  /** Of the task, which is to end. */
  readonly abort: AbortSignal;
  /** Of the agent, which ends. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** None for as long as it takes. */
  readonly timeout: Temporal.Duration | undefined;
}

export interface ProcessEnd {
  readonly how: "ended" | "aborted" | "timed out";
  readonly code: number;
  /** `return-code` and what was printed. */
  readonly output: Results;
}

/** Runs to its end, however that comes. Throws `stopped` when the agent ends. */
export async function runTaskProcess(task: TaskProcess): Promise<ProcessEnd> {
  const { command, workingFolder, folder, environment, signal, context, clock } = task;
  const [stdout, stderr] = [new Collected(outputBytesMax), new Collected(outputBytesMax)];
  using late = new Deadline(task);
  const ends = AbortSignal.any([signal, task.abort, late.signal]);
  const process = {
    command,
    workingFolder,
    folder,
    environment,
    clock,
    stdout,
    stderr,
    signal: ends,
  };
  const printed = () => ({ ...toPrinted("stdout", stdout), ...toPrinted("stderr", stderr) });
  try {
    const code = await runHookProcess(process);
    return { how: "ended", code, output: { "return-code": code, ...printed() } };
  } catch (error) {
    if (!isProblem(error, "stopped") || signal.aborted) throw error;
  }
  await endRun(folder, { context, clock }); // those too who have left the group of its processes
  return { how: task.abort.aborted ? "aborted" : "timed out", code: 1, output: printed() };
}

/** Aborts when the time is up, unless it is disposed of before. */
class Deadline implements Disposable {
  readonly #late = new AbortController();
  readonly #stop = new AbortController();

  constructor({ clock, timeout }: Pick<TaskProcess, "clock" | "timeout">) {
    if (timeout === undefined) return;
    clock.sleep(timeout, this.#stop.signal).then(
      () => this.#late.abort(),
      () => {},
    );
  }

  get signal(): AbortSignal {
    return this.#late.signal;
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }
}
