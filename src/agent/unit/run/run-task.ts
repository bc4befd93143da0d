/** Running one action or command of a unit: its environment, its tools, its process, and how it ended. */
import { join } from "node:path";
import { execName, type TaskDetails, type TaskEnding } from "#contract/task.ts";
import { timeoutOf, writeCommand } from "../../task/command.ts";
import { endedHow, toCommandEnding } from "../../task/ending.ts";
import { type ProcessEnd, runTaskProcess } from "../../task/process.ts";
import type { TaskRun } from "../hook.ts";
import type { UnitSetting, Wanted } from "../setting.ts";
import type { Heard } from "../state.ts";
import type { PendingChanges } from "./changes.ts";
import { taskEnvironment } from "./environment.ts";
import { ActionRun } from "./hook-context/action-run.ts";
import { findFormatError, findLoss, findScript } from "./hook-process.ts";
import { withTools } from "./with-tools.ts";

export interface TaskToRun {
  readonly wanted: Wanted;
  readonly details: TaskDetails;
  readonly context: string;
  readonly folder: string;
  readonly changes: PendingChanges;
  readonly heard: Heard;
  /** Of the task, which is to end. */
  readonly abort: AbortSignal;
  readonly noteStatus: () => Promise<void>;
}

export interface TaskRan {
  readonly ending: TaskEnding;
  /** Whether what it wrote takes effect. */
  readonly takesEffect: boolean;
  /** The number of the commit that the controller may know, once there was one. */
  readonly sequence?: number;
}

/** Throws `stopped` for one that was cut short because the agent ends. */
export async function runTask(setting: UnitSetting, run: TaskToRun): Promise<TaskRan> {
  const { details } = run;
  const { id, name } = details;
  const command = await findCommand(setting, run);
  if (typeof command === "string") {
    const ending = { id, status: "failed", message: command, output: {} };
    return { ending, takesEffect: false };
  }
  const action = new ActionRun(details.parameters, (message) =>
    setting.controller.logTask(id, message),
  );
  const end = await runWithTools(setting, run, { command, action });
  setting.log.write("INFO", `ran task ${id} (${name}): ${describe(end)}`);
  return { ending: toEnding(details, action, end), takesEffect: isSuccess(end) };
}

/** Or why there is nothing to run. */
async function findCommand(
  { name: unit, paths }: UnitSetting,
  { details, folder }: TaskToRun,
): Promise<readonly string[] | string> {
  const { name } = details;
  const loss = await findLoss(paths.charm);
  if (loss !== undefined) return loss;
  if (name === execName) return await writeCommand(folder, details);
  const script = await findScript(paths.charm, "actions", name);
  if (script === undefined) return `action not implemented on unit "${unit}"`;
  const path = join(paths.charm, script.path);
  return (await findFormatError(path)) ?? [path];
}

async function runWithTools(
  setting: UnitSetting,
  run: TaskToRun,
  { command, action }: { readonly command: readonly string[]; readonly action: ActionRun },
): Promise<ProcessEnd> {
  const { paths, clock, signal } = setting;
  const { details, context, folder, abort } = run;
  const hook: TaskRun = { kind: "task", id: details.id, name: details.name };
  const isAction = details.name !== execName;
  const own = { hook, action: isAction ? action : undefined, askReboot: undefined };
  return await withTools(setting, { ...run, ...own }, (about) =>
    runTaskProcess({
      ...{ command, workingFolder: paths.charm, folder, context, abort, signal, clock },
      environment: taskEnvironment(about, hook, context),
      timeout: isAction ? undefined : timeoutOf(details),
    }),
  );
}

function isSuccess({ how, code }: ProcessEnd): boolean {
  return how === "ended" && code === 0;
}

function describe({ how, code }: ProcessEnd): string {
  return how === "ended" ? `exit status ${code}` : how;
}

/** An action fails with its exit status, unless it says itself why. */
function toEnding(details: TaskDetails, action: ActionRun, end: ProcessEnd): TaskEnding {
  if (details.name === execName) return toCommandEnding(details, end);
  const { id } = details;
  const output = { ...action.results, ...end.output };
  const ended = endedHow(end);
  if (ended !== undefined) return { id, ...ended, output };
  if (action.failure !== undefined) {
    return { id, status: "failed", message: action.failure, output };
  }
  if (end.code === 0) return { id, status: "completed", message: "", output };
  return { id, status: "failed", message: `exit status ${end.code}`, output };
}
