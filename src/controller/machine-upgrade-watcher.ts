/**
 * A watcher of the upgrade of a machine's operating system.
 *
 * It says that there is something new to be told, and whoever asks for that is told each message once.
 */
import { Problem } from "#base/problem.ts";
import { toTopic } from "#domain/desired/desired.ts";
import * as upgradeRow from "#domain/machine/upgrade-row.ts";
import * as changes from "#store/changes.ts";
import type { Services, Watcher } from "./session.ts";

interface Told {
  readonly messages: readonly string[];
  /** How far the upgrade is; empty if there was never one. */
  readonly state: string;
}

export interface WatchedMachine {
  readonly model: string;
  readonly machine: string;
}

export class MachineUpgradeWatcher implements Watcher {
  readonly #services: Services;
  readonly #watched: WatchedMachine;
  readonly #signal: AbortSignal;
  readonly #stop = new AbortController();
  #seen = 0;
  /** Of which upgrade, and how many of its messages, somebody has been told. */
  #told = { number: 0, count: 0 };

  private constructor(services: Services, watched: WatchedMachine, signal: AbortSignal) {
    this.#services = services;
    this.#watched = watched;
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
  }

  /** What has been said before is told no more. */
  static async open(
    services: Services,
    watched: WatchedMachine,
    signal: AbortSignal,
  ): Promise<MachineUpgradeWatcher> {
    const watcher = new MachineUpgradeWatcher(services, watched, signal);
    await watcher.tell();
    return watcher;
  }

  /** At first, and then whenever the machine changes. */
  async next(): Promise<readonly string[]> {
    const { model, machine } = this.#watched;
    const topics = new Set([toTopic("machine", machine)]);
    const { feed, store } = this.#services;
    if (this.#seen > 0) await feed.changed({ model, since: this.#seen, topics }, this.#signal);
    if (this.#signal.aborted) throw new Problem("stopped", "watcher was stopped");
    this.#seen = await store.read(model, changes.latest);
    return [];
  }

  /** What has been said since somebody asked last. */
  async tell(): Promise<Told> {
    const { model, machine } = this.#watched;
    const upgrade = await this.#services.store.read(model, (tx) => upgradeRow.find(tx, machine));
    if (upgrade === undefined) return { messages: [], state: "" };
    const { number, messages } = upgrade;
    const count = number === this.#told.number ? this.#told.count : 0;
    this.#told = { number, count: messages.length };
    return { messages: messages.slice(count), state: upgradeRow.describe(upgrade) };
  }

  stop(): void {
    this.#stop.abort();
  }
}
