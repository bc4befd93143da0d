/**
 * The commands that a machine itself carries out, outside of every unit.
 *
 * They take their turns with hooks, unless they ask for none. One that was under way when the agent
 * ended has failed, and what is left of it is ended first.
 */
import { randomBytes } from "node:crypto";
import { mkdir, readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { makeFolder, readTextIfAny, removeTree, writeFileDurably } from "#base/files.ts";
import { messageOf, Problem } from "#base/problem.ts";
import type { Remote } from "#client/remote.ts";
import { type DesiredState, MachineAgent } from "#contract/machine-agent.ts";
import { type DesiredTask, execName, type TaskDetails, type TaskEnding } from "#contract/task.ts";
import { agentPaths } from "#release/layout.ts";
import type { LocalCall } from "../local-command.ts";
import { timeoutOf, writeCommand } from "../task/command.ts";
import { cutOff, toCommandEnding } from "../task/ending.ts";
import { runTaskProcess } from "../task/process.ts";
import type { MachineTurns } from "../turns.ts";
import { endRun, runHookProcess } from "../unit/run/hook-process.ts";
import { toCaller } from "../unit/run/run-command.ts";
import { isRefusal } from "./link.ts";
import type { MachineSetting } from "./setting.ts";

const secretBytes = 16;
const contextFile = "context";

interface UnderWay {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
  hasEnded: boolean;
}

export class MachineTasks {
  readonly #setting: MachineSetting;
  readonly #turns: MachineTurns;
  /** As long as they are desired, even those that are over. */
  readonly #known = new Map<number, UnderWay>();
  /** What was desired last, since what another agent has left has been cleared away. */
  #kept: { readonly state: DesiredState; readonly signal: AbortSignal } | undefined;
  /** No task of the controller has a number below zero. */
  #lastLocal = 0;

  constructor(setting: MachineSetting, turns: MachineTurns) {
    this.#setting = setting;
    this.#turns = turns;
  }

  /** Those that are under way. */
  get running(): readonly Promise<void>[] {
    const running = [...this.#known.values()].filter(({ hasEnded }) => !hasEnded);
    return running.map(({ ended }) => ended);
  }

  /** Begins what is desired, and ends what is to end; does not wait for it. */
  async keep(state: DesiredState, signal: AbortSignal): Promise<void> {
    if (this.#kept === undefined) await this.#clear();
    this.#kept = { state, signal };
    const { tasks } = state;
    for (const [id, { hasEnded }] of this.#known) {
      if (hasEnded && !tasks.some((task) => task.id === id)) this.#known.delete(id);
    }
    for (const task of tasks) {
      const known = this.#known.get(task.id);
      if (known === undefined) this.#begin(task, state, signal);
      else if (task.status === "aborting") known.abort.abort();
    }
  }

  /** Begins what a script of the machine has asked for. Throws `stopped` where it is too early for that. */
  offer(call: LocalCall): void {
    if (this.#kept === undefined) {
      throw new Problem("stopped", "the agent of the machine has only just begun: try again");
    }
    const { state, signal } = this.#kept;
    const [id, abort] = [--this.#lastLocal, new AbortController()];
    const either = AbortSignal.any([signal, abort.signal]);
    const work = this.#runLocal(call, { id, state, signal: either }).catch((error: unknown) => {
      call.caller.refuse(messageOf(error));
    });
    this.#follow(id, work, { abort, signal });
  }

  async #runLocal(
    { command, caller }: LocalCall,
    { id, state, signal }: { id: number; state: DesiredState; signal: AbortSignal },
  ): Promise<void> {
    const parameters = { command: command.commands };
    await this.#turns.own.hold(async () => {
      if (signal.aborted) throw new Problem("stopped", "the agent of the machine ends: try again");
      if (caller.isGone) return;
      const { folder, context } = await this.#openRun(`local${id}`);
      const code = await runHookProcess({
        command: await writeCommand(folder, { id, name: execName, parameters }),
        ...{ workingFolder: "/", folder, signal, clock: this.#setting.clock },
        environment: this.#environment(context, state),
        stdout: toCaller(caller, "stdout"),
        stderr: toCaller(caller, "stderr"),
      });
      await removeTree(folder);
      caller.end(code);
    });
  }

  /** Ends whatever is under way. */
  abort(): void {
    for (const { abort } of this.#known.values()) abort.abort();
  }

  /** Ends what an agent before this one has left running. */
  async #clear(): Promise<void> {
    await makeFolder(this.#runs, 0o700);
    for (const name of await readdir(this.#runs)) {
      const folder = join(this.#runs, name);
      const context = await readTextIfAny(join(folder, contextFile));
      if (context !== undefined) await endRun(folder, { context, clock: this.#setting.clock });
      await removeTree(folder);
    }
  }

  get #runs(): string {
    const { layout, conf } = this.#setting;
    return join(agentPaths(layout, conf.tag).home, "run");
  }

  #begin(task: DesiredTask, state: DesiredState, signal: AbortSignal): void {
    const abort = new AbortController();
    const work = task.status === "pending" ? this.#run(task, state, { abort, signal }) : undefined;
    this.#follow(task.id, work ?? this.#disown(task, signal), { abort, signal });
  }

  #follow(
    id: number,
    work: Promise<void>,
    { abort, signal }: { readonly abort: AbortController; readonly signal: AbortSignal },
  ): void {
    const ended = work
      .catch((error: unknown) => {
        const message = `task ${id} cannot be carried out: ${messageOf(error)}`;
        if (!signal.aborted) this.#setting.log.write("ERROR", message);
      })
      .finally(() => {
        underWay.hasEnded = true;
      });
    const underWay: UnderWay = { abort, ended, hasEnded: false };
    this.#known.set(id, underWay);
  }

  async #run(
    { id, parallel, "execution-group": group }: DesiredTask,
    state: DesiredState,
    { abort, signal }: { readonly abort: AbortController; readonly signal: AbortSignal },
  ): Promise<void> {
    await this.#turns.hold({ parallel, group }, async () => {
      if (signal.aborted) return;
      const details = await this.#told((facade) => facade.BeginTask({ task: id }), signal);
      if (details === undefined) return;
      const end = await this.#runProcess(details, state, { abort: abort.signal, signal });
      await this.#told((facade) => facade.FinishTask({ ending: end }), signal);
    });
  }

  /** What the controller says, or undefined where it says no. */
  async #told<T>(
    body: (facade: Remote<typeof MachineAgent.methods>) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T | undefined> {
    const { link, log } = this.#setting;
    const facade = link.facade(MachineAgent, signal);
    try {
      return await link.persist(() => body(facade), signal);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      log.write("INFO", `a task is not to run: ${messageOf(error)}`);
      return undefined;
    }
  }

  async #disown({ id, status }: DesiredTask, signal: AbortSignal): Promise<void> {
    const ending = cutOff(id, status === "aborting" ? "aborted" : "failed");
    await this.#told((facade) => facade.FinishTask({ ending }), signal);
  }

  async #runProcess(
    details: TaskDetails,
    state: DesiredState,
    { abort, signal }: { readonly abort: AbortSignal; readonly signal: AbortSignal },
  ): Promise<TaskEnding> {
    const { clock, log } = this.#setting;
    const { folder, context } = await this.#openRun(`${details.id}`);
    const end = await runTaskProcess({
      ...{ command: await writeCommand(folder, details), workingFolder: "/", folder, context },
      ...{ abort, signal, clock, timeout: timeoutOf(details) },
      environment: this.#environment(context, state),
    });
    await removeTree(folder);
    log.write("INFO", `ran task ${details.id}: ${end.how}, exit status ${end.code}`);
    return toCommandEnding(details, end);
  }

  /** By what is there, an agent that comes next finds what this one has left running. */
  async #openRun(name: string): Promise<{ readonly folder: string; readonly context: string }> {
    const folder = join(this.#runs, name);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const secret = randomBytes(secretBytes).toString("hex");
    const context = `${this.#setting.conf.tag}-${name}-${secret}`;
    await writeFileDurably(join(folder, contextFile), context);
    return { folder, context };
  }

  #environment(context: string, { model }: DesiredState): Record<string, string> {
    const { conf, systemPath } = this.#setting;
    return {
      ...{ PATH: systemPath, HOME: homedir(), LANG: "C.UTF-8", TERM: "tmux-256color" },
      ...{ JUJU_CONTEXT_ID: context, JUJU_MACHINE_ID: conf.tag.slice("machine-".length) },
      ...{ JUJU_MODEL_NAME: model.name, JUJU_MODEL_UUID: model.uuid },
    };
  }
}
