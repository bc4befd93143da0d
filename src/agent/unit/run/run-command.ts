/** Running what `juju-exec` was given in a unit: with its tools, and in a relation if that is wanted. */
import { UsageError } from "#base/usage.ts";
import type { DesiredUnit } from "#contract/machine-agent.ts";
import { execName } from "#contract/task.ts";
import type { Caller, LocalCall, LocalCommand } from "../../local-command.ts";
import { writeCommand } from "../../task/command.ts";
import type { TaskRun } from "../hook.ts";
import type { UnitSetting } from "../setting.ts";
import { taskEnvironment } from "./environment.ts";
import { findLoss, runHookProcess } from "./hook-process.ts";
import type { Sink } from "./output.ts";
import type { TaskToRun } from "./run-task.ts";
import { withTools } from "./with-tools.ts";

/** No task of the controller has this number. */
export const localTask = 0;

type Run = Omit<TaskToRun, "details" | "abort"> & { readonly subject: TaskRun["subject"] };

/** Returns the exit status. Throws `stopped` for what was cut short because the agent ends. */
export async function runCommand(
  setting: UnitSetting,
  { command, caller }: LocalCall,
  run: Run,
): Promise<number> {
  const { paths, clock, signal, log } = setting;
  const { folder, context, subject } = run;
  const loss = await findLoss(paths.charm);
  if (loss !== undefined) {
    caller.print("stderr", Buffer.from(`ERROR ${loss}\n`));
    return 1;
  }
  const parameters = { command: command.commands };
  const hook: TaskRun = { kind: "task", id: localTask, name: execName, subject };
  const process = await writeCommand(folder, { id: localTask, name: execName, parameters });
  const own = { hook, action: undefined, askReboot: undefined };
  const code = await withTools(setting, { ...run, ...own }, (about) =>
    runHookProcess({
      ...{ command: process, workingFolder: paths.charm, folder, signal, clock },
      environment: taskEnvironment(about, hook, context),
      stdout: toCaller(caller, "stdout"),
      stderr: toCaller(caller, "stderr"),
    }),
  );
  log.write("INFO", `ran commands of the machine: exit status ${code}`);
  return code;
}

export function toCaller(caller: Caller, output: "stdout" | "stderr"): Sink {
  return { take: (piece) => caller.print(output, piece), end() {} };
}

/** What the commands are about. Throws a `UsageError` where that is not clear. */
export function findSubject(
  { relations }: DesiredUnit,
  { relation, remoteUnit, isForced, unit }: LocalCommand,
): TaskRun["subject"] {
  if (relation === "") {
    if (remoteUnit === "") return undefined;
    throw new UsageError(`remote unit ${remoteUnit} provided without a relation: add --relation`);
  }
  const [, name = "", id = ""] = /^(?:(.+):)?(\d+)$/.exec(relation) ?? [];
  const found = relations.find((each) => `${each.id}` === id && [each.endpoint, ""].includes(name));
  if (found === undefined) {
    const known = relations.map((each) => `${each.endpoint}:${each.id}`).join(", ");
    throw new UsageError(`unknown relation ${relation}: ${unit} is in ${known || "none"}`);
  }
  return {
    relation: found.id,
    endpoint: found.endpoint,
    remoteApplication: found["remote-application"],
    remoteUnit: chooseUnit(Object.keys(found.members), {
      relation,
      remoteUnit,
      isForced,
    }),
  };
}

/** The one that is named, if it is there; or the only one. */
function chooseUnit(
  members: readonly string[],
  { relation, remoteUnit, isForced }: Pick<LocalCommand, "relation" | "remoteUnit" | "isForced">,
): string {
  const [only, ...others] = members;
  if (remoteUnit !== "") {
    if (isForced || members.includes(remoteUnit)) return remoteUnit;
    const reason = `it has ${members.join(", ") || "no units"}`;
    throw new UsageError(`unknown remote unit ${remoteUnit} in relation ${relation}: ${reason}`);
  }
  if (only !== undefined && others.length === 0) return only;
  if (isForced) return "";
  if (only === undefined) {
    const reason = "override to execute commands with --force-remote-unit";
    throw new UsageError(`no remote unit found for relation ${relation}, ${reason}`);
  }
  const reason = "choose one with --remote-unit";
  throw new UsageError(`ambiguous remote unit; possibilities are ${members.join(", ")}: ${reason}`);
}
