/** What the controller says of one of many things that went wrong, as an error here. */
import { Problem, toProblemCode } from "#base/problem.ts";

export function toProblem({
  code = "",
  message = "",
}: {
  readonly code?: string;
  readonly message?: string;
}): Problem {
  return new Problem(toProblemCode(code), message);
}
