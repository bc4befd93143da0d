/**
 * The feed: wakes those who wait for changes to particular rows of a model.
 *
 * However many agents wait, each model's changes are read once. Whoever waits names topics, and is
 * woken by a change to one of them that came after what it has seen.
 */
import { settledOrAborted } from "#base/abort.ts";
import { toTopic } from "#domain/desired/desired.ts";
import * as changes from "#store/changes.ts";
import type { Store } from "#store/store.ts";

export interface Wait {
  readonly model: string;
  /** The number of the last change that the caller has seen. */
  readonly since: number;
  /** Undefined for any change at all. */
  readonly topics: ReadonlySet<string> | undefined;
}

interface Waiter {
  readonly topics: ReadonlySet<string> | undefined;
  readonly wake: () => void;
}

interface Watch {
  readonly waiters: Set<Waiter>;
  /** Resolves once every later change wakes whom it concerns. */
  readonly started: Promise<void>;
}

export class Feed {
  readonly #store: Store;
  readonly #signal: AbortSignal;
  readonly #watches = new Map<string, Watch>();

  /** Reads until `signal` aborts. */
  constructor(store: Store, signal: AbortSignal) {
    this.#store = store;
    this.#signal = signal;
  }

  /** Resolves when there has been a change that counts, or when `signal` aborts. */
  async changed({ model, since, topics }: Wait, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter = { topics, wake: resolve };
    const { waiters, started } = this.#watchOf(model);
    waiters.add(waiter);
    try {
      await started; // what happens between looking back and looking ahead would be missed
      if (await this.#hasMissed({ model, since, topics })) return;
      await settledOrAborted(promise, AbortSignal.any([signal, this.#signal]));
    } finally {
      waiters.delete(waiter);
    }
  }

  async #hasMissed({ model, since, topics }: Wait): Promise<boolean> {
    return this.#store.read(model, async (tx) => {
      const missed = await changes.after(tx, since);
      const isKnown = missed.some((change) => counts(change, topics));
      const isFarBehind = missed.length === changes.changeBatchMax;
      return isKnown || isFarBehind || (await changes.hasForgotten(tx, since));
    });
  }

  #watchOf(model: string): Watch {
    const present = this.#watches.get(model);
    if (present) return present;
    const { promise: started, resolve } = Promise.withResolvers<void>();
    const watch = { waiters: new Set<Waiter>(), started };
    this.#watches.set(model, watch);
    void this.#read(model, watch, resolve);
    return watch;
  }

  /** If reading fails everyone is woken, and looks for themselves; the next who waits reads again. */
  async #read(model: string, { waiters }: Watch, setStarted: () => void): Promise<void> {
    try {
      const since = await this.#store.latestChange(model);
      setStarted();
      for await (const batch of this.#store.changes(model, since, this.#signal)) {
        for (const waiter of waiters) {
          if (batch.some((change) => counts(change, waiter.topics))) waiter.wake();
        }
      }
    } catch {
      setStarted();
      this.#watches.delete(model);
      for (const { wake } of waiters) wake();
    }
  }
}

function counts({ kind, id }: changes.Change, topics: ReadonlySet<string> | undefined): boolean {
  return topics === undefined || topics.has(toTopic(kind, id));
}
