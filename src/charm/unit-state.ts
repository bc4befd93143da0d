/** What a charm keeps with the controller for one of its units: texts under keys, up to a bound. */
import { Problem } from "#base/problem.ts";

const stateBytesMax = 2 * 1024 * 1024;

/** Throws `quota limit exceeded` for a state that is too large. */
export function refuseLargeState(unit: string, state: Readonly<Record<string, string>>): void {
  const bytes = Buffer.byteLength(JSON.stringify(state));
  if (bytes <= stateBytesMax) return;
  const message = `state of unit "${unit}" would take ${bytes} of at most ${stateBytesMax} bytes`;
  throw new Problem("quota limit exceeded", message);
}
