/** What is measured, and metered: units, or the applications that they are of. */
import { toTag } from "#contract/tags.ts";

/** As in `mysql/0`, or `mysql` for all of its units. */
export function toEntityTag(name: string): string {
  return toTag(name.includes("/") ? "unit" : "application", name);
}
