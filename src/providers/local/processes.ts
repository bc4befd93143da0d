/**
 * The processes of an instance: whatever was started in its folder, by it or by what it started.
 *
 * Nothing on one host keeps a process from leaving its group or its session, so a process is known
 * by what it was given: the launcher and the agent by a variable of ours, and what a charm starts
 * by the charm's folder. A process that throws away its whole environment escapes; that is one of
 * the things that this cloud does not isolate.
 */
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { listProcessesWith, type Process, sendSignal } from "#base/processes.ts";

/** Names the instance's folder to everything that runs in it. */
export const instanceVariable = "JUMAR_INSTANCE";
const charmVariable = "JUJU_CHARM_DIR";
/** What keeps an instance's agent running, in the instance's folder. */
export const launcherName = "launcher.sh";

const pollMs = 50;
const politeMs = 10_000;
const killRounds = 100;

/** The processes of the instance in `folder`. */
function listProcesses(folder: string): Promise<Process[]> {
  return listProcessesWith((variable) => isOf(variable, folder));
}

function isOf(variable: string, folder: string): boolean {
  const isAgent = variable === `${instanceVariable}=${folder}`;
  return isAgent || variable.startsWith(`${charmVariable}=${join(folder, "/")}`);
}

/** Whether somebody keeps the instance's agent running. */
export async function isRunning(folder: string): Promise<boolean> {
  return (await listProcesses(folder)).some((process) => isLauncher(process, folder));
}

/** The folders of all instances that run, in one look at the host's processes. */
export async function findRunning(): Promise<Set<string>> {
  const prefix = `${instanceVariable}=`;
  const ours = await listProcessesWith((variable) => variable.startsWith(prefix));
  const launchers = ours.flatMap((process) => {
    const folders = process.variables.map((variable) => variable.slice(prefix.length));
    return folders.filter((folder) => isLauncher(process, folder));
  });
  return new Set(launchers);
}

/** A charm may have a program of that name as well. */
function isLauncher({ command }: Pick<Process, "command">, folder: string): boolean {
  return command.includes(join(folder, launcherName));
}

/** Asks everything in the instance to end, and ends what has not after a while. */
export async function endProcesses(folder: string, signal: AbortSignal): Promise<void> {
  for (const process of await listProcesses(folder)) {
    if (isLauncher(process, folder)) sendSignal(process.pid, "SIGTERM");
  }
  for (let waited = 0; waited < politeMs && (await isRunning(folder)); waited += pollMs) {
    await wait(pollMs, undefined, { signal });
  }
  for (let round = 0; round < killRounds; round++) {
    const left = await listProcesses(folder);
    if (left.length === 0) return;
    for (const { pid } of left) sendSignal(pid, "SIGKILL");
    await wait(pollMs, undefined, { signal });
  }
  throw new Error(`processes in ${folder} do not end`);
}
