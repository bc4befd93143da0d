/**
 * The machine's agent: asks what is desired of the machine, and makes it so.
 *
 * It keeps a unit agent for each unit that is to be here, gives way to another version of itself
 * when that is desired, and says that it has finished when the machine is to go.
 */
import { hostname } from "node:os";
import { writeFileDurably } from "#base/files.ts";
import { isProblem, messageOf, Problem } from "#base/problem.ts";
import type { Remote } from "#client/remote.ts";
import {
  type DesiredBinary,
  type DesiredState,
  MachineAgent as MachineFacade,
} from "#contract/machine-agent.ts";
import { formatAgentConf } from "#release/agent-conf.ts";
import { agentPaths } from "#release/layout.ts";
import type { LocalCall } from "../local-command.ts";
import { MachineTurns } from "../turns.ts";
import { prepare, removeOld } from "../upgrade/binaries.ts";
import {
  confirmHealthy,
  findFailure,
  findUpgrade,
  giveWay,
  isOffProbation,
  isOnProbation,
  refuse,
} from "../upgrade/upgrader.ts";
import { goDown } from "./boot.ts";
import { HostPlaces } from "./host-places.ts";
import { MachineTasks } from "./machine-tasks.ts";
import { MachineUnits } from "./machine-units.ts";
import type { MachineSetting } from "./setting.ts";

/** Why an agent ends: no machine any more, another version that is to run, or another boot. */
export type Ending = "finished" | "replaced" | "rebooting" | "stopped";

type Facade = Remote<typeof MachineFacade.methods>;

export class MachineAgent {
  readonly #setting: MachineSetting;
  readonly #units: MachineUnits;
  readonly #tasks: MachineTasks;
  readonly #places: HostPlaces;
  #isOnProbation = false;
  #asking: Promise<DesiredState> | undefined;
  /** Whether the units are to end what they do and begin nothing, for another version waits. */
  #isLeaving = false;
  #isRebooting = false;
  readonly #rebootAsked = Promise.withResolvers<void>();

  constructor(setting: MachineSetting) {
    this.#setting = setting;
    const turns = new MachineTurns();
    this.#tasks = new MachineTasks(setting, turns);
    this.#units = new MachineUnits(setting, turns, () => {
      this.#isRebooting = true;
      this.#rebootAsked.resolve();
    });
    this.#places = new HostPlaces(setting);
  }

  /** Runs until there is a reason to end, or `signal` aborts. */
  async run(signal: AbortSignal): Promise<Ending> {
    const { link } = this.#setting;
    const facade = link.facade(MachineFacade, signal);
    try {
      await this.#report(signal);
      let state = await this.#next(facade, 0, signal);
      await this.#arrive();
      while (!signal.aborted) {
        await this.#endProbation(signal);
        await this.#setting.logs.configure(String(state.model.config["logging-config"] ?? ""));
        await this.#noteAddresses(state);
        const ending = await this.#makeItSo(state, signal);
        if (ending) return ending;
        state = await this.#news(facade, state, signal);
      }
      return "stopped";
    } finally {
      await this.#units.end();
      this.#tasks.abort();
      await Promise.all(this.#tasks.running);
    }
  }

  /** Carries out what a script of the machine asks for. Throws where that cannot be. */
  offer(call: LocalCall): void {
    const { unit } = call.command;
    if (this.#isLeaving || this.#isRebooting) {
      throw new Problem("stopped", "the agent of the machine ends: try again");
    }
    const taker = unit === "" ? this.#tasks : this.#units.find(unit);
    if (taker === undefined) {
      const here = this.#units.names.join(", ") || "none";
      throw new Problem("not found", `unit "${unit}" not found on this machine, which has ${here}`);
    }
    taker.offer(call);
  }

  /** What is desired, as soon as that has changed or the units that were told to end have done so. */
  async #news(facade: Facade, state: DesiredState, signal: AbortSignal): Promise<DesiredState> {
    this.#asking ??= this.#next(facade, state.revision, signal).finally(() => {
      this.#asking = undefined;
    });
    this.#asking.catch(() => {}); // whoever waits hears of it; an agent that gives way does not
    const tasks = this.#isLeaving ? this.#tasks.running : [];
    const awaited = [...this.#units.ending, ...tasks];
    const ended = Promise.all(awaited).then(() => state);
    const others = awaited.length > 0 ? [ended] : [];
    if (!this.#isRebooting) others.push(this.#rebootAsked.promise.then(() => state));
    return await Promise.race([this.#asking, ...others]);
  }

  /** Over a new connection it is asked for at once, for there may be another controller at its end. */
  #next(facade: Facade, revision: number, signal: AbortSignal): Promise<DesiredState> {
    let since = revision;
    return this.#setting.link.persist(() => {
      const asked = { revision: since };
      since = 0;
      return facade.Next(asked);
    }, signal);
  }

  async #report(signal: AbortSignal): Promise<void> {
    const { link, version } = this.#setting;
    const failure = await findFailure(this.#setting);
    const facade = link.facade(MachineFacade, signal);
    this.#isOnProbation = await isOnProbation(this.#setting);
    const known = { version, hostname: hostname(), probation: this.#isOnProbation };
    await link.persist(() => facade.Report(failure ? { ...known, failure } : known), signal);
  }

  /** Only what the launcher does not take back any more may count as upgraded. */
  async #endProbation(signal: AbortSignal): Promise<void> {
    if (!this.#isOnProbation || !(await isOffProbation(this.#setting, signal))) return;
    await this.#report(signal);
  }

  /** Controllers may move; an agent that starts again must find them where they are now. */
  async #noteAddresses({ "api-addresses": addresses }: DesiredState): Promise<void> {
    const { conf, layout, link, log } = this.#setting;
    if (addresses.length === 0 || addresses.every((each) => link.addresses.includes(each))) return;
    link.learn(addresses);
    const text = formatAgentConf({ ...conf, apiAddresses: link.addresses });
    await writeFileDurably(agentPaths(layout, conf.tag).conf, text);
    log.write("INFO", `the controller is at ${link.addresses.join(", ")}`);
  }

  async #makeItSo(state: DesiredState, signal: AbortSignal): Promise<Ending | undefined> {
    await this.#places.keep(state.units.map(({ name }) => name));
    this.#keepUnits(state, signal);
    const begun = state.tasks.filter(({ status }) => status !== "pending");
    await this.#tasks.keep(this.#isLeaving ? { ...state, tasks: begun } : state, signal);
    await this.#units.clear(state);
    if (this.#isRebooting) return await this.#reboot(signal);
    if (await this.#upgrade(state, signal)) return "replaced";
    this.#keepUnits(state, signal);
    if (state.life === "alive" || state.units.length > 0) return undefined;
    const { link, logs } = this.#setting;
    await logs.shipped(signal);
    await link.persist(() => link.facade(MachineFacade, signal).Finished(), signal);
    return "finished";
  }

  #keepUnits(state: DesiredState, signal: AbortSignal): void {
    this.#units.keep(state, { begins: !this.#isLeaving && !this.#isRebooting, signal });
  }

  /** This agent works; what it can do without is not worth ending it. */
  async #arrive(): Promise<void> {
    await confirmHealthy(this.#setting);
    await removeOld(this.#setting).catch((error: unknown) => {
      const { log } = this.#setting;
      log.write("WARNING", `cannot remove old agent binaries: ${messageOf(error)}`);
    });
  }

  /** Returns whether this agent gives way now, which it does not before its units have ended. */
  async #upgrade(state: DesiredState, signal: AbortSignal): Promise<boolean> {
    const binary = await findUpgrade(this.#setting, state);
    this.#isLeaving = binary !== undefined && (await this.#isReady(binary, signal));
    if (binary === undefined || !this.#isLeaving) return false;
    if (!this.#haveUnitsEnded() || this.#tasks.running.length > 0) return false;
    await giveWay(this.#setting, binary, state);
    return true;
  }

  /** As on any machine, no hook is cut short by what another unit has asked for. */
  async #reboot(signal: AbortSignal): Promise<Ending | undefined> {
    if (!this.#haveUnitsEnded()) return undefined;
    const { layout, conf, clock, wrench, log } = this.#setting;
    log.write("INFO", "the machine goes down, as a unit has asked");
    await goDown({ layout, tag: conf.tag }, { clock, wrench, signal });
    return "rebooting";
  }

  /** Tells them to end what they do, and to begin nothing; returns whether they have. */
  #haveUnitsEnded(): boolean {
    this.#units.stop();
    return this.#units.haveEnded;
  }

  /** Whether nothing but the units is in the way of the binary; else it is tried again at the next look. */
  async #isReady(binary: DesiredBinary, signal: AbortSignal): Promise<boolean> {
    const { log } = this.#setting;
    try {
      await prepare(this.#setting, binary, signal);
    } catch (error) {
      log.write("ERROR", `cannot upgrade to ${binary.name}: ${messageOf(error)}`);
      if (!isProblem(error, "not valid")) return false;
      await refuse(this.#setting, binary, error.message);
      await this.#report(signal);
      return false;
    }
    if (!(await isOffProbation(this.#setting, signal))) {
      log.write("WARNING", `${binary.name} has to wait: the launcher does not end the probation`);
      return false;
    }
    return true;
  }
}
