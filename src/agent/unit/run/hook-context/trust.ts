/** What tools see of the model's cloud. */
import { isProblem, Problem } from "#base/problem.ts";
import type { TrustContext } from "../../../hook-context.ts";
import type { HookSubject } from "./subject.ts";

export function trustContext({ controller }: HookSubject): TrustContext {
  return {
    async cloudSpec() {
      try {
        return await controller.cloudSpec();
      } catch (error) {
        if (!isProblem(error)) throw error;
        const message = `cannot access cloud credentials: ${error.message}`;
        throw new Problem(error.code, message, { cause: error });
      }
    },
  };
}
