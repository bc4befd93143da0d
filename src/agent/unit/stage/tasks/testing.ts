/** What the controller knows of a unit's tasks on a stage: in files, as it outlives the agents. */
import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readTextIfAny } from "#base/files.ts";
import { Problem } from "#base/problem.ts";
import type { TaskDetails, TaskEnding } from "#contract/task.ts";

/** From now on this is to be done. */
export async function offerTask(folder: string, details: TaskDetails): Promise<void> {
  await writeFile(join(folder, `task-${details.id}`), JSON.stringify(details));
}

/** How tasks have ended, as the controller has heard. */
export async function readEndings(folder: string): Promise<readonly TaskEnding[]> {
  return (await readLines(folder, "endings")).map((line) => JSON.parse(line) as TaskEnding);
}

/** What tasks have said of themselves. */
export async function readProgress(folder: string): Promise<readonly string[]> {
  return await readLines(folder, "progress");
}

async function readLines(folder: string, name: string): Promise<string[]> {
  const text = (await readTextIfAny(join(folder, name))) ?? "";
  return text.split("\n").filter((line) => line !== "");
}

/** The methods of `UnitAgent` that are about tasks. */
export function taskMethods(folder: string) {
  return {
    async BeginTask({ task }: { readonly task: number }): Promise<TaskDetails> {
      const text = await readTextIfAny(join(folder, `task-${task}`));
      if (text !== undefined) return JSON.parse(text) as TaskDetails;
      throw new Problem("not valid", `task "${task}" is not to run: it is cancelled`);
    },
    LogTask: async ({ task, message }: { readonly task: number; readonly message: string }) =>
      appendFile(join(folder, "progress"), `${task} ${message}\n`),
    FinishTask: async ({ ending }: { readonly ending: TaskEnding }) =>
      appendFile(join(folder, "endings"), `${JSON.stringify(ending)}\n`),
  };
}
