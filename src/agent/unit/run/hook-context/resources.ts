/** What tools see of resources. */
import type { ResourceContext } from "../../../hook-context.ts";
import type { HookSubject } from "./subject.ts";

export function resourceContext({ resourcePath }: HookSubject): ResourceContext {
  return { resourcePath };
}
