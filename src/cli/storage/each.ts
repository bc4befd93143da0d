/** Doing the same to several storage instances: one that cannot be does not hold up the others. */
import { isProblem, Problem } from "#base/problem.ts";
import type { Out } from "../out.ts";

interface Words {
  /** As in `detaching`. */
  readonly doing: string;
  /** As in `detach`. */
  readonly what: string;
}

/** Says of each how it went; what went wrong last is thrown at the end. */
export async function forEachStorage(
  out: Out,
  ids: readonly string[],
  { doing, what, body }: Words & { readonly body: (id: string) => Promise<unknown> },
): Promise<void> {
  const failures: Problem[] = [];
  for (const id of ids) {
    try {
      await body(id);
      out.note(`${doing} ${id}`);
    } catch (error) {
      if (!isProblem(error)) throw error;
      failures.push(new Problem(error.code, `failed to ${what} ${id}: ${error.message}`));
    }
  }
  const last = failures.pop();
  for (const { message } of failures) out.note(message);
  if (last) throw last;
}
