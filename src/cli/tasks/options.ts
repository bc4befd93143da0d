/** The options that commands about tasks have in common. */
import { parseDuration } from "#base/duration.ts";
import { isProblem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import { type Context, flag, text } from "../command.ts";

export const utcOption = flag("Show times in UTC");
/** Juju's have them; here nothing of tasks has colours. */
export const colorOptions = {
  color: flag("Accepted for compatibility; what tasks print is shown as it is"),
  "no-color": flag("Accepted for compatibility; what tasks print is shown as it is"),
};
export const backgroundOption = flag("Do not wait for what becomes of it");
export const parallelOption = flag("Run beside whatever else runs on the machine");
export const groupOption = text("Run one after the other with what is in the same group");

/** How what is run takes its turn, where somebody says so. */
export function toTurns(parallel: boolean, group: string | undefined) {
  return {
    ...(parallel ? { parallel } : {}),
    ...(group === undefined ? {} : { "execution-group": group }),
  };
}

/** As in `30s`. Throws a `UsageError`. */
export function parseWait(name: string, given: string): Temporal.Duration {
  try {
    return parseDuration(given);
  } catch (error) {
    if (!isProblem(error)) throw error;
    throw new UsageError(`invalid value "${given}" for option --${name}: ${error.message}`);
  }
}

export function deadlineOf({ clock }: Context, wait: Temporal.Duration): Temporal.Instant {
  return clock.now().add(wait);
}

/** Throws a `UsageError` for what is no number of a task or an operation. */
export function parseNumber(kind: "task" | "operation", given: string): string {
  if (/^\d{1,15}$/.test(given)) return given;
  throw new UsageError(`invalid ${kind} id "${given}": expected a number`);
}
