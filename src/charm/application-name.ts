/** How applications may be called, so that whoever asks for one can be told before anything is sent. */
import { Problem } from "#base/problem.ts";

const namePattern = /^[a-z][a-z0-9]*(?:-[a-z0-9]*[a-z][a-z0-9]*)*$/;

/** Throws `not valid` for a name that applications cannot have. */
export function checkApplicationName(name: string): void {
  if (!namePattern.test(name)) throw new Problem("not valid", `invalid application name "${name}"`);
}
