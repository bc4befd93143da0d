/**
 * Runs the actions and commands of a unit, each once.
 *
 * A task has begun when it is written down here, and only then does the controller hear so. It has
 * ended when that is written down, with what it has found; then what it wrote takes effect, and last
 * the controller hears how it ended. One that was cut off with the agent has failed: nobody knows how
 * far it came, and to run it again might do harm.
 */
import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { readTextIfAny, removeTree, writeFileDurably } from "#base/files.ts";
import { messageOf, Problem } from "#base/problem.ts";
import { deriveSecret } from "#base/secret.ts";
import { UsageError } from "#base/usage.ts";
import type { DesiredTask, TaskDetails, TaskEnding } from "#contract/task.ts";
import type { HookChanges } from "#contract/unit-agent.ts";
import type { LocalCall } from "../local-command.ts";
import { isRefusal } from "../machine/link.ts";
import { cutOff } from "../task/ending.ts";
import type { TaskRun } from "./hook.ts";
import { PendingChanges } from "./run/changes.ts";
import { endRun } from "./run/hook-process.ts";
import { findSubject, localTask, runCommand } from "./run/run-command.ts";
import { runTask, type TaskRan } from "./run/run-task.ts";
import type { UnitSetting, Wanted } from "./setting.ts";
import type { UnitState, UnitTask } from "./state.ts";
import * as say from "./status-messages.ts";

const secretBytes = 16;
const endingFile = "ending";

/** The unit's state, and how it is written down. */
export interface Keeping {
  readonly state: () => UnitState;
  readonly save: (
    change: Partial<UnitState>,
    options?: { readonly durable: boolean },
  ) => Promise<void>;
  readonly noteStatus: () => Promise<void>;
}

export class TaskRunner {
  readonly #setting: UnitSetting;
  readonly #keeping: Keeping;
  /** Of those that are desired still, as far as one has heard; the controller knows better. */
  readonly #over = new Set<number>();
  #running: { readonly id: number; readonly abort: AbortController } | undefined;

  constructor(setting: UnitSetting, keeping: Keeping) {
    this.#setting = setting;
    this.#keeping = keeping;
  }

  /** Those of which something has to be done. */
  leave(tasks: readonly DesiredTask[]): readonly DesiredTask[] {
    return tasks.filter(({ id }) => !this.#over.has(id));
  }

  /** Hears of what is desired now, also while something runs: what is to end is ended. */
  heed(tasks: readonly DesiredTask[]): void {
    for (const id of this.#over) {
      if (!tasks.some((each) => each.id === id)) this.#over.delete(id);
    }
    const aborting = tasks.filter(({ status }) => status === "aborting");
    if (aborting.some(({ id }) => id === this.#running?.id)) this.#running?.abort.abort();
  }

  /**
   * Runs a task to its end. When `signal` aborts while others run, it is left to be decided again.
   * Throws `stopped` when it was cut short.
   */
  async run(wanted: Wanted, task: DesiredTask, signal: AbortSignal): Promise<void> {
    const { id, parallel, "execution-group": group } = task;
    await this.#setting.machineTurns.hold({ parallel, group }, async () => {
      if (signal.aborted) return;
      const abort = new AbortController();
      this.#running = { id, abort };
      try {
        await this.#runNow(wanted, id, abort.signal);
      } finally {
        this.#running = undefined;
      }
    });
  }

  async #runNow(wanted: Wanted, id: number, abort: AbortSignal): Promise<void> {
    const task = await this.#open(id, `task-${id}`);
    const { context } = task;
    const folder = this.#folderOf(task);
    const details = await this.#begin(id);
    if (details === undefined) return await this.#close(task);
    this.#setting.wrench.at("task-begun");
    const state = this.#keeping.state();
    if (state.operation === null) await say.runningTask(this.#setting, details);
    await using changes = await PendingChanges.open(folder);
    const { noteStatus } = this.#keeping;
    const run = { wanted, details, context, folder, changes, abort, noteStatus, heard: state };
    const ran = await runTask(this.#setting, run);
    if (ran.takesEffect) await changes.keep();
    await this.#tell(await this.#end(task, ran));
  }

  /**
   * Runs what a script of the machine has asked for, in a turn of the machine's. Throws `stopped` when
   * it was cut short.
   */
  async runCommand(wanted: Wanted, call: LocalCall, signal: AbortSignal): Promise<void> {
    const { command, caller } = call;
    try {
      const subject = findSubject(wanted.unit, command);
      await this.#setting.hookLock.hold(async () => {
        if (signal.aborted) throw new Problem("stopped", "the agent of the unit ends: try again");
        if (!caller.isGone) await this.#runCommandNow(wanted, call, subject);
      });
    } catch (error) {
      caller.refuse(messageOf(error));
      if (!(error instanceof UsageError) && !signal.aborted) throw error;
    }
  }

  async #runCommandNow(
    wanted: Wanted,
    call: LocalCall,
    subject: TaskRun["subject"],
  ): Promise<void> {
    const task = await this.#open(localTask, "run-commands");
    const folder = this.#folderOf(task);
    const heard = this.#keeping.state();
    if (heard.operation === null) await say.runningCommands(this.#setting);
    await using changes = await PendingChanges.open(folder);
    const { noteStatus } = this.#keeping;
    const run = { wanted, context: task.context, folder, changes, subject, heard, noteStatus };
    this.#setting.wrench.at("task-begun");
    const code = await runCommand(this.#setting, call, run);
    if (code === 0) await changes.keep();
    const output = { "return-code": code };
    const ending = { id: localTask, status: "completed", message: "", output };
    const told = await this.#tell(await this.#end(task, { ending, takesEffect: code === 0 }));
    call.caller.print("stderr", Buffer.from(String(told.output.stderr ?? "")));
    call.caller.end(Number(told.output["return-code"]));
  }

  /** Writes down that it has begun. */
  async #open(id: number, what: string): Promise<UnitTask> {
    const secret = randomBytes(secretBytes).toString("hex");
    const context = `${this.#setting.name}-${what}-${secret}`;
    const task: UnitTask = { id, context, stage: "begun" };
    await mkdir(this.#folderOf(task), { recursive: true, mode: 0o700 });
    await this.#keeping.save({ task }, { durable: true });
    return task;
  }

  /** Undefined for one that is not to run any more. */
  async #begin(id: number): Promise<TaskDetails | undefined> {
    const { controller, log } = this.#setting;
    try {
      return await controller.beginTask(id);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      log.write("INFO", `task ${id} is not run: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** Goes on with what was under way when the agent died. */
  async resume(): Promise<void> {
    const { task } = this.#keeping.state();
    if (task === null) return;
    if (task.stage !== "begun") return void (await this.#tell(task));
    const { clock } = this.#setting;
    await endRun(this.#folderOf(task), { context: task.context, clock });
    const ending = cutOff(task.id, "failed");
    await this.#tell(await this.#end(task, { ending, takesEffect: false }));
  }

  /** What it has found may be nobody else's business, and does not stay in the journal. */
  async #end(task: UnitTask, ran: TaskRan): Promise<UnitTask> {
    const ended: UnitTask = { ...task, stage: "ended" };
    const folder = this.#folderOf(task);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFileDurably(join(folder, endingFile), JSON.stringify(ran), 0o600);
    await this.#keeping.save({ task: ended }, { durable: true });
    this.#setting.wrench.at("task-ended");
    return ended;
  }

  /** One that runs, as far as the controller knows, though nothing is known of it here. */
  async disown({ id, status }: DesiredTask): Promise<void> {
    await this.#finish(cutOff(id, status === "aborting" ? "aborted" : "failed"));
    this.#over.add(id);
  }

  /** After a power cut how it ended may be gone, though it is known that it did. */
  async #recall({ id, context }: UnitTask): Promise<TaskRan> {
    const folder = this.#folderOf({ context });
    const text = await readTextIfAny(join(folder, endingFile));
    return text === undefined
      ? { ending: cutOff(id, "failed"), takesEffect: false }
      : JSON.parse(text);
  }

  async #tell(task: UnitTask): Promise<TaskEnding> {
    const { ending, takesEffect, sequence = 0 } = await this.#recall(task);
    if (sequence > this.#keeping.state().sequence) await this.#saveCommitted(task, sequence);
    const told = takesEffect && task.stage === "ended" ? await this.#commit(task, ending) : ending;
    this.#setting.wrench.at("task-committed");
    await this.#finish(told);
    await this.#close(task);
    return told;
  }

  /** What it wrote takes effect, or it has failed whatever it did; returns how it has ended then. */
  async #commit(task: UnitTask, ending: TaskEnding): Promise<TaskEnding> {
    const folder = this.#folderOf(task);
    const sequence = this.#keeping.state().sequence + 1;
    await using written = await PendingChanges.open(folder);
    const reason = await this.#tryToCommit(sequence, written.all);
    const told = reason === undefined ? ending : withoutEffect(ending, reason);
    const ran: TaskRan = { ending: told, takesEffect: false, sequence };
    await writeFileDurably(join(folder, endingFile), JSON.stringify(ran), 0o600);
    this.#setting.wrench.at("task-noted");
    await this.#saveCommitted(task, sequence);
    return told;
  }

  /** A number that was forgotten would be given to the next commit, which nobody would heed. */
  async #saveCommitted(task: UnitTask, sequence: number): Promise<void> {
    await this.#keeping.save(
      { sequence, task: { ...task, stage: "committed" } },
      { durable: true },
    );
  }

  /** Returns why it is refused, if it is. */
  async #tryToCommit(sequence: number, changes: HookChanges): Promise<string | undefined> {
    const { charm, isSettled } = this.#keeping.state();
    const facts = {
      ...{ became: "", charm: charm?.url ?? "", settled: isSettled },
      "modified-version": charm?.modifiedVersion ?? 0,
    };
    try {
      await this.#setting.controller.commit(sequence, changes, facts);
      return undefined;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return messageOf(error);
    }
  }

  async #finish(ending: TaskEnding): Promise<void> {
    const { controller, log } = this.#setting;
    if (ending.id === localTask) return;
    try {
      await controller.finishTask(ending);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      log.write("WARNING", `cannot say how task ${ending.id} ended: ${messageOf(error)}`);
    }
  }

  async #close(task: UnitTask): Promise<void> {
    this.#over.add(task.id);
    await this.#keeping.save({ task: null });
    await removeTree(this.#folderOf(task));
  }

  #folderOf({ context }: Pick<UnitTask, "context">): string {
    return join(this.#setting.paths.runs, deriveSecret(context, "folder"));
  }
}

/** What it wrote does not count, so that it has failed whatever it did. */
function withoutEffect(ending: TaskEnding, reason: string): TaskEnding {
  const { stderr = "" } = ending.output;
  return {
    ...ending,
    status: "failed",
    message: "committing requested changes failed",
    output: { ...ending.output, "return-code": 1, stderr: `${stderr}${reason}\n` },
  };
}
