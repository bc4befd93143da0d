/** Durations as Go writes them. */
import { Problem } from "./problem.ts";

const pattern = /^((?:\d+h)?(?:\d+m)?(?:\d+(?:\.\d+)?s)?)(?:(\d{1,15})ms)?$/;

/** A duration such as `1h30m`, `90s` or `500ms`. Throws `not valid`. */
export function parseDuration(text: string): Temporal.Duration {
  const [, whole = "", milliseconds = "0"] = pattern.exec(text) ?? [];
  if (text === "" || !pattern.test(text)) {
    throw new Problem("not valid", `"${text}" is not a duration such as 1h30m, 5m or 90s`);
  }
  const rest = Temporal.Duration.from({ milliseconds: Number(milliseconds) });
  return whole === "" ? rest : Temporal.Duration.from(`PT${whole.toUpperCase()}`).add(rest);
}
