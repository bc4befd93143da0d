/**
 * Failures of a database that may pass: it cannot be reached, somebody else is in the way, its disk
 * is full. They are no bugs, and whoever asked may ask again.
 *
 * What a commit has done that failed so is not known; whoever says it again must be able to say it
 * twice.
 */
import { messageOf, Problem } from "#base/problem.ts";

export function tryAgain(cause: unknown): Problem {
  const message = `the database cannot do it now: ${messageOf(cause)}`;
  return new Problem("try again", message, { cause });
}
