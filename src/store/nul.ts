/** PostgreSQL keeps no text that contains the character NUL, so no engine does. */
import { Problem } from "#base/problem.ts";

/** Throws `not valid` if one of the values that go to the database is such a text. */
export function refuseNul(values: readonly unknown[]): void {
  const hasNul = values.some((value) => typeof value === "string" && value.includes("\0"));
  if (hasNul)
    throw new Problem("not valid", "a text with the character NUL in it cannot be stored");
}
