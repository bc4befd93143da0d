/**
 * Supervisors: keep tasks running that should never end.
 *
 * A task that fails is logged and started again, later each time. One that ran well for a while
 * starts afresh. So one broken task neither stops the others nor fills the log.
 */
import { type Backoff, backoffDelay } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import { hasCode } from "./files.ts";
import type { Log } from "./log.ts";
import { messageOf } from "./problem.ts";

const restart: Backoff = { firstMs: 500, factor: 2, maxMs: 30_000, jitter: 0.5 };
/** Of the disk and the bounds of the host; none has to do with who meets it. */
const hostFaults = ["ENOSPC", "EDQUOT", "EROFS", "EIO", "EMFILE", "ENFILE"];
const healthyAfter = Temporal.Duration.from({ minutes: 1 });

export interface Task {
  readonly name: string;
  /** Runs until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Hears of each failure before the next start. */
  onFailure?(error: unknown): Promise<void>;
}

/** Runs the task, again and again if need be, until `signal` aborts. */
export async function supervise(
  task: Task,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const since = clock.now();
    try {
      await task.run(signal);
      if (!signal.aborted) log.write("WARNING", `${task.name} ended, which it should not`);
    } catch (error) {
      if (signal.aborted) return;
      log.write("ERROR", `${task.name} failed: ${describe(error)}`);
      await task.onFailure?.(error);
    }
    const ran = since.until(clock.now());
    failures = Temporal.Duration.compare(ran, healthyAfter) > 0 ? 1 : failures + 1;
    const delay = backoffDelay(restart, failures, Math.random);
    await clock.sleep(delay, signal).catch(() => {});
  }
}

/** A bug is logged with its stack, what may be expected or is the host's fault with its message. */
function describe(error: unknown): string {
  const isExpected = hostFaults.some((code) => hasCode(error, code));
  if (error instanceof Error && error.name !== "Problem" && !isExpected) {
    return error.stack ?? error.message;
  }
  return messageOf(error);
}
