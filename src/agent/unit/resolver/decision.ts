/** What a unit's agent is to do next. */
import type { DesiredTask } from "#contract/task.ts";
import type { Hook } from "../hook.ts";

export type Decision =
  | { readonly kind: "deploy"; readonly interrupted: Hook | null }
  | { readonly kind: "run"; readonly hook: Hook }
  /** Takes a failed hook as done, because the operator says so. */
  | { readonly kind: "skip"; readonly hook: Hook }
  /** Goes on with what was under way when the agent died. */
  | { readonly kind: "resume" }
  /** The charm has asked for the machine to go down and come up again. */
  | { readonly kind: "reboot" }
  /** Another unit leads, or none; no hook tells a charm that it leads no longer. */
  | { readonly kind: "depose" }
  /** The operator has resolved what has not failed, or has passed meanwhile. */
  | { readonly kind: "unmark" }
  /** The relation is over, and no hook says so. */
  | { readonly kind: "forget"; readonly relation: number }
  /** Storage goes again of which the charm has never heard. */
  | { readonly kind: "release"; readonly storage: string }
  /** Goes on with the action or command that was under way when the agent died. */
  | { readonly kind: "resume-task" }
  | { readonly kind: "run-task"; readonly task: DesiredTask }
  /** What a script of the machine has asked for. */
  | { readonly kind: "run-commands" }
  /** The controller believes that it runs, and nothing is known of it here. */
  | { readonly kind: "disown-task"; readonly task: DesiredTask }
  /** Nothing is left to run; the controller may forget the unit. */
  | { readonly kind: "finish" }
  | { readonly kind: "wait"; readonly until: Temporal.Instant | null };
