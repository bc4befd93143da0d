/**
 * The units of a machine: keeps an agent for each that is to be here, and removes what others left.
 *
 * An agent that is told to stop ends what it does first; one whose unit has gone is cut short.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "#base/files.ts";
import { messageOf } from "#base/problem.ts";
import { supervise } from "#base/supervisor.ts";
import type { DesiredState } from "#contract/machine-agent.ts";
import { toTag } from "#contract/tags.ts";
import type { MachineTurns } from "../turns.ts";
import { viewController } from "../unit/controller-view.ts";
import { clearUnit, withUnit } from "../unit/open-unit.ts";
import { UnitAgent } from "../unit/unit-agent.ts";
import type { MachineSetting } from "./setting.ts";

/** For so long a unit that has failed waits for the controller to hear of it. */
const tellWithinMs = 10_000;
const unitTagPattern = /^unit-.+-\d+$/;

interface RunningUnit {
  /** Lets it end what it does. */
  readonly stop: AbortController;
  /** Cuts short what it does. */
  readonly kill: AbortController;
  readonly ended: Promise<void>;
  hasEnded: boolean;
  agent: UnitAgent | undefined;
}

interface UnitSignals extends Pick<RunningUnit, "stop" | "kill"> {
  /** Of the whole agent. */
  readonly signal: AbortSignal;
}

export class MachineUnits {
  readonly #setting: MachineSetting;
  readonly #turns: MachineTurns;
  /** Called when a unit asks for the machine to go down. */
  readonly #reboot: () => void;
  readonly #running = new Map<string, RunningUnit>();
  #desired: DesiredState | undefined;

  constructor(setting: MachineSetting, turns: MachineTurns, reboot: () => void) {
    this.#setting = setting;
    this.#turns = turns;
    this.#reboot = reboot;
  }

  get names(): readonly string[] {
    return [...this.#running.keys()];
  }

  /** The agent of the unit, once it runs. */
  find(name: string): UnitAgent | undefined {
    return this.#running.get(name)?.agent;
  }

  /** Those that have been told to end, and have not yet. */
  get ending(): readonly Promise<void>[] {
    return [...this.#running.values()]
      .filter(({ stop, hasEnded }) => stop.signal.aborted && !hasEnded)
      .map(({ ended }) => ended);
  }

  get haveEnded(): boolean {
    return [...this.#running.values()].every(({ hasEnded }) => hasEnded);
  }

  /** Tells each agent what is desired; with `begins`, starts those that do not run. */
  keep(state: DesiredState, { begins, signal }: { begins: boolean; signal: AbortSignal }): void {
    this.#desired = state;
    for (const { name } of state.units) {
      const running = this.#running.get(name);
      running?.agent?.update(state);
      if (begins && (running === undefined || running.hasEnded)) this.#begin(name, signal);
    }
  }

  #begin(name: string, signal: AbortSignal): void {
    const [stop, kill] = [new AbortController(), new AbortController()];
    const ended = Promise.resolve()
      .then(() => this.#run(name, { stop, kill, signal }))
      .finally(() => {
        unit.hasEnded = true;
      });
    const unit: RunningUnit = { stop, kill, ended, hasEnded: false, agent: undefined };
    this.#running.set(name, unit);
  }

  /** One that is told to stop ends what it does first, with everything that it needs for it. */
  async #run(name: string, { stop, kill, signal }: UnitSignals): Promise<void> {
    const { clock, log } = this.#setting;
    const ends = AbortSignal.any([signal, kill.signal]);
    const needs = { name, machineTurns: this.#turns, signal: ends, reboot: this.#reboot };
    const run = (its: AbortSignal) =>
      withUnit(this.#setting, needs, async (unit) => {
        const running = this.#running.get(name);
        if (running === undefined || this.#desired === undefined) return;
        running.agent = new UnitAgent(unit, this.#desired);
        await running.agent.run(its);
        stop.abort();
      });
    const either = AbortSignal.any([signal, stop.signal]);
    const task = { name: `unit ${name}`, run, onFailure: this.#failure(name, either) };
    await supervise(task, { clock, log }, either);
  }

  /**
   * A disk that is full may keep a unit from everything, and whoever looks at it has to see that. It
   * is heard before the unit is tried again, so that it is not taken for what came of that; where there
   * is no controller to hear it, the unit goes on without.
   */
  #failure(name: string, signal: AbortSignal): (error: unknown) => Promise<void> {
    return (error) => {
      const either = AbortSignal.any([signal, AbortSignal.timeout(tellWithinMs)]);
      const { setStatus } = viewController(this.#setting.link, name, either);
      return setStatus({ scope: "agent", status: "failed", info: messageOf(error) }).catch(
        () => {},
      );
    };
  }

  /**
   * Whatever is on the machine of units that are not desired goes, even if another agent left it. A
   * unit that still runs a hook then has been removed by force, and nobody waits for the hook.
   */
  async clear(state: DesiredState): Promise<void> {
    const desired = new Set(state.units.map(({ name }) => name));
    for (const [name, running] of this.#running) {
      if (desired.has(name)) continue;
      running.stop.abort();
      running.kill.abort();
      await running.ended;
      this.#running.delete(name);
      await clearUnit(this.#setting, toTag("unit", name));
      this.#setting.log.write("INFO", `unit ${name} is gone`);
    }
    const tags = new Set([...desired].map((name) => toTag("unit", name)));
    const agents = join(this.#setting.layout.dataDir, "agents");
    const present = (await exists(agents)) ? await readdir(agents) : [];
    for (const tag of present) {
      if (unitTagPattern.test(tag) && !tags.has(tag)) await clearUnit(this.#setting, tag);
    }
  }

  /** Tells all to end what they do, and to begin nothing. */
  stop(): void {
    for (const { stop } of this.#running.values()) stop.abort();
  }

  /** Resolves when no unit's agent does anything any more. */
  async end(): Promise<void> {
    this.stop();
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
    this.#running.clear();
  }
}
