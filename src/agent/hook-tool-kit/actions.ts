/** What the tools of actions have in common. */
import { Problem } from "#base/problem.ts";
import type { ActionContext, RunningAction } from "../hook-context.ts";

/** Throws `not valid` outside an action. */
export function requireAction({ action }: ActionContext): RunningAction {
  if (action === undefined) throw new Problem("not valid", "not running an action");
  return action;
}
