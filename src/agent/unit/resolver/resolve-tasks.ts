/** What the resolver decides about actions and commands. */
import type { DesiredUnit } from "#contract/machine-agent.ts";
import type { UnitState } from "../state.ts";
import type { Decision } from "./decision.ts";

export function resumeTask({ task }: UnitState): Decision | undefined {
  return task === null ? undefined : { kind: "resume-task" };
}

/**
 * Actions and commands run also while a hook has failed, for they may be what mends it; but not before
 * there is a charm that has been installed, or that has tried to be.
 */
export function tendTasks(state: UnitState, { tasks }: DesiredUnit): Decision | undefined {
  const strange = tasks.find(({ status }) => status !== "pending");
  if (strange) return { kind: "disown-task", task: strange };
  const [task] = tasks;
  return task && isReady(state) ? { kind: "run-task", task } : undefined;
}

/** What scripts of the machine ask for comes right after. */
export function tendCommands(
  state: UnitState,
  _: DesiredUnit,
  { hasCommands }: { readonly hasCommands: boolean },
): Decision | undefined {
  return hasCommands && isReady(state) ? { kind: "run-commands" } : undefined;
}

function isReady({ charm, isInstalled, operation }: UnitState): boolean {
  return charm !== null && (isInstalled || operation !== null);
}
