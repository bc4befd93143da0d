/** Durations as Go writes them. */
import { Problem } from "./problem.ts";

const pattern = /^(?:\d+h)?(?:\d+m)?(?:\d+(?:\.\d+)?s)?$/;

/** A duration such as `1h30m`, `5m` or `90s`. Throws `not valid`. */
export function parseDuration(text: string): Temporal.Duration {
  if (text === "" || !pattern.test(text)) {
    throw new Problem("not valid", `"${text}" is not a duration such as 1h30m, 5m or 90s`);
  }
  return Temporal.Duration.from(`PT${text.toUpperCase()}`);
}
