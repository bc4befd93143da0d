/**
 * The agent of one unit: a part of the machine's, with a loop of its own.
 *
 * It looks at what is desired and at what it remembers, does one thing, and looks again. When there
 * is nothing to do it waits for news or for the time when there will be.
 */
import { createHash } from "node:crypto";
import { settledOrAborted } from "#base/abort.ts";
import { type Backoff, backoffDelay } from "#base/backoff.ts";
import { Bell } from "#base/bell.ts";
import { parseDuration } from "#base/duration.ts";
import { Journal } from "#base/journal.ts";
import { messageOf } from "#base/problem.ts";
import { supervise } from "#base/supervisor.ts";
import type { DesiredState } from "#contract/machine-agent.ts";
import type { LocalCall } from "../local-command.ts";
import { arrive } from "./arrival.ts";
import { CommandQueue } from "./command-queue.ts";
import { Executor } from "./executor.ts";
import type { Decision } from "./resolver/decision.ts";
import { type Circumstances, decide } from "./resolver/resolver.ts";
import type { UnitSetting, Wanted } from "./setting.ts";
import { restoreUnitState, type UnitState } from "./state.ts";
import * as say from "./status-messages.ts";
import { StoragePlaces } from "./storage-places.ts";
import type { TaskRunner } from "./task-runner.ts";

const deployRetry: Backoff = { firstMs: 1000, factor: 2, maxMs: 60_000, jitter: 0.3 };
const newsTopic = "news";
const leadershipTopic = "leadership";

/** One look at what is desired, and at what is to come of it. */
interface Turn {
  readonly executor: Executor;
  readonly places: StoragePlaces;
  readonly wanted: Wanted;
  readonly signal: AbortSignal;
}

export class UnitAgent {
  readonly #setting: UnitSetting;
  readonly #bell = new Bell();
  readonly #commands = new CommandQueue();
  /** No two units check up at the same moment for ever. */
  readonly #jitter = 0.8 + 0.4 * Math.random();
  #desired: DesiredState;
  #tasks: TaskRunner | undefined;
  #hasFinished = false;
  #isIdle = false;
  #failures = 0;
  /** Up to this revision of what is desired, its mark of a resolved hook has been acted on. */
  #unmarked = 0;
  /** Up to this revision of what is desired, the storage that is to be given away has been. */
  readonly #released = new Map<string, number>();

  constructor(setting: UnitSetting, desired: DesiredState) {
    this.#setting = setting;
    this.#desired = desired;
  }

  /** There is something new to look at. */
  update(desired: DesiredState): void {
    this.#desired = desired;
    this.#heedTasks();
    this.#bell.ringAll();
  }

  /** Runs commands in the unit as soon as it is their turn. Throws where they cannot be. */
  offer(call: LocalCall): void {
    this.#commands.add(call);
    this.#bell.ring(newsTopic);
  }

  /** Runs until the unit is no longer desired, or `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { name, clock, log, paths } = this.#setting;
    const { journal, last } = await Journal.open<UnitState>(paths.journal);
    await using opened = journal;
    const known = restoreUnitState(last ?? (await arrive(this.#setting)), clock.now());
    const executor = new Executor(this.#setting, opened, known);
    await executor.noteBoot();
    this.#tasks = executor.tasks;
    const ended = new AbortController();
    const either = AbortSignal.any([signal, ended.signal]);
    const places = new StoragePlaces(this.#setting);
    const renewal = { name: `leadership of ${name}`, run: () => this.#renewLeadership(either) };
    const renewing = supervise(renewal, { clock, log }, either);
    try {
      await this.#converge({ executor, places, signal });
    } finally {
      this.#commands.close();
      ended.abort();
      await renewing;
    }
  }

  /** What is to end is ended at once, whatever else is under way. */
  #heedTasks(): void {
    const unit = this.#desired.units.find(({ name }) => name === this.#setting.name);
    this.#tasks?.heed(unit?.tasks ?? []);
  }

  async #converge({ executor, places, signal }: Omit<Turn, "wanted">): Promise<void> {
    while (!signal.aborted) {
      const ring = this.#bell.next(newsTopic);
      const wanted = this.#wanted();
      if (wanted === undefined) return;
      await this.#setting.leadership.keep(wanted.unit.leader);
      this.#bell.ring(leadershipTopic);
      await places.keep(wanted.unit.storage, executor.state.storage);
      const turn = { executor, places, wanted, signal };
      const decision = decide(executor.state, wanted.unit, this.#circumstances(turn));
      if (decision.kind !== "wait") this.#isIdle = false;
      const until = await this.#carryOut(turn, decision);
      if (until === "at once") continue;
      if (decision.kind === "wait") await this.#sayIdle(executor);
      await this.#wait(ring, soonest(until, places.retryAt), signal);
    }
  }

  /** However long a hook takes, the lease does not run out meanwhile. */
  async #renewLeadership(signal: AbortSignal): Promise<void> {
    const { leadership } = this.#setting;
    while (!signal.aborted) {
      const ring = this.#bell.next(leadershipTopic);
      await this.#wait(ring, leadership.nextCheck, signal);
      const wanted = this.#wanted();
      if (signal.aborted || wanted === undefined) continue;
      const held = leadership.holds;
      await leadership.keep(wanted.unit.leader);
      if (leadership.holds !== held) this.#bell.ring(newsTopic);
    }
  }

  #wanted(): Wanted | undefined {
    const state = this.#desired;
    const unit = state.units.find(({ name }) => name === this.#setting.name);
    if (unit === undefined) return undefined;
    const trust = unit.trusted ? ["trusted"] : [];
    const text = JSON.stringify([unit.config, state.addresses, ...trust]);
    const configHash = createHash("sha256").update(text).digest("hex");
    const tasks = this.#tasks?.leave(unit.tasks) ?? [];
    const resolved = state.revision > this.#unmarked ? unit.resolved : "";
    const storage = unit.storage.filter(({ id, life }) => {
      const isReleased = state.revision <= (this.#released.get(id) ?? 0);
      return life === "alive" || !isReleased;
    });
    return { state, unit: { ...unit, resolved, storage, tasks }, configHash };
  }

  /** What is desired still has the mark, until there is news; it must not count a second time. */
  async #unmark(): Promise<void> {
    await this.#setting.controller.clearResolved();
    this.#unmarked = this.#desired.revision;
  }

  /**
   * A unit whose lease has run out goes on as leader until another one is: while nobody could
   * renew, nobody could take it over either.
   */
  #circumstances({ executor: { state }, places, wanted }: Turn): Circumstances {
    const { unit, state: desired, configHash } = wanted;
    const { clock, leadership, name } = this.#setting;
    const isUndisputed = state.isLeader && (unit.leader === "" || unit.leader === name);
    const config = desired.model.config;
    const interval = parseDuration(String(config["update-status-hook-interval"] ?? "5m"));
    const milliseconds = Math.round(interval.total("milliseconds") * this.#jitter);
    return {
      now: clock.now(),
      isLeader: leadership.holds || isUndisputed,
      configHash,
      storage: places.ready,
      updateStatusInterval: Temporal.Duration.from({ milliseconds }),
      retriesHooks: config["automatically-retry-hooks"] !== false,
      boot: this.#setting.boot,
      hasCommands: !this.#commands.isEmpty,
      hasSubordinates: desired.units.some(({ principal }) => principal === name),
    };
  }

  /** Returns until when there is nothing more to do. */
  async #carryOut(
    { executor, wanted, signal }: Turn,
    decision: Decision,
  ): Promise<Temporal.Instant | null | "at once"> {
    const isDeploying = executor.state.operation?.kind === "deploy";
    switch (decision.kind) {
      case "wait":
        return decision.until;
      case "resume-task":
        await executor.tasks.resume();
        return "at once";
      case "run-task":
        await executor.tasks.run(wanted, decision.task, signal);
        return "at once";
      case "run-commands":
        await this.#runCommands(executor, wanted, signal);
        return "at once";
      case "disown-task":
        await executor.tasks.disown(decision.task);
        return "at once";
      case "finish":
        if (!this.#hasFinished) await this.#setting.controller.finished();
        this.#hasFinished = true;
        return null;
      case "deploy":
        return this.#tryToDeploy(() => executor.deploy(wanted, decision.interrupted), signal);
      case "reboot":
        void say.rebooting(this.#setting);
        this.#setting.reboot();
        return null;
      case "resume":
        if (isDeploying) return this.#tryToDeploy(() => executor.resume(wanted, signal), signal);
        await executor.resume(wanted, signal);
        return "at once";
      case "run":
      case "skip":
        if (decision.kind === "run") await executor.run(wanted, decision.hook, signal);
        else await executor.skip(decision.hook);
        if (wanted.unit.resolved !== "") await this.#unmark();
        return "at once";
      case "unmark":
        await this.#unmark();
        return "at once";
      case "depose":
        await executor.depose();
        return "at once";
      case "forget":
        await executor.forget(decision.relation);
        return "at once";
      case "release":
        await this.#setting.controller.releaseStorage(decision.storage);
        this.#released.set(decision.storage, wanted.state.revision);
        return "at once";
    }
  }

  async #runCommands(executor: Executor, wanted: Wanted, signal: AbortSignal): Promise<void> {
    const call = this.#commands.take();
    if (call) await executor.tasks.runCommand(wanted, call, signal);
  }

  /** What keeps a charm from its place may pass: a controller that is away, a disk that is full. */
  async #tryToDeploy(
    body: () => Promise<void>,
    signal: AbortSignal,
  ): Promise<Temporal.Instant | "at once"> {
    const { clock, log, controller } = this.#setting;
    try {
      await body();
      this.#failures = 0;
      return "at once";
    } catch (error) {
      if (signal.aborted) throw error;
      this.#failures++;
      const info = `cannot deploy charm: ${messageOf(error)}`;
      log.write("ERROR", info);
      await controller.setStatus({ scope: "agent", status: "failed", info });
      return clock.now().add(backoffDelay(deployRetry, this.#failures, Math.random));
    }
  }

  async #sayIdle({ state }: Executor): Promise<void> {
    if (this.#isIdle || state.operation !== null || !state.isStarted) return;
    this.#isIdle = true;
    await this.#setting.controller.setStatus({ scope: "agent", status: "idle", info: "" });
  }

  /** Returns when there is news, and at that time if there is one, or when `signal` aborts. */
  async #wait(
    ring: Promise<void>,
    until: Temporal.Instant | null,
    signal: AbortSignal,
  ): Promise<void> {
    if (until === null) return settledOrAborted(ring, signal);
    const { clock } = this.#setting;
    const left = clock.now().until(until);
    if (Temporal.Duration.compare(left, { seconds: 0 }) <= 0) return;
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    const timer = clock.sleep(left, either).catch(() => {});
    await settledOrAborted(Promise.race([ring, timer]), signal);
    stop.abort();
  }
}

function soonest(a: Temporal.Instant | null, b: Temporal.Instant | null): Temporal.Instant | null {
  if (a === null || b === null) return a ?? b;
  return Temporal.Instant.compare(a, b) < 0 ? a : b;
}
