/** What tools see and say of the action that they run in. */
import type { ActionContext } from "../../../hook-context.ts";
import type { HookSubject } from "./subject.ts";

export function actionContext({ action }: HookSubject): ActionContext {
  return { action };
}
