/**
 * The feed: wakes those who wait for changes to particular rows of a model.
 *
 * However many agents wait, each model's changes are read once, and only while somebody waits. Whoever
 * waits names topics, and is woken by a change to one of them that came after what it has seen. A
 * model that is removed takes its changes along, so those who wait for it are told by the controller.
 */
import { settledOrAborted } from "#base/abort.ts";
import { toTopic } from "#domain/desired/desired.ts";
import * as model from "#domain/model/model.ts";
import { controllerScope } from "#domain/scope.ts";
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
  readonly stop: AbortController;
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

  /**
   * Resolves when there has been a change that counts, when the model is gone, or when `signal`
   * aborts.
   */
  async changed({ model: uuid, since, topics }: Wait, signal: AbortSignal): Promise<void> {
    const { promise, resolve: wake } = Promise.withResolvers<void>();
    using own = this.#wait(uuid, { topics, wake });
    const ofModel = new Set([toTopic("model", uuid)]);
    using whole = this.#wait(controllerScope, { topics: ofModel, wake });
    // What happens between looking back and looking ahead would be missed.
    await Promise.all([own.started, whole.started]);
    if (await this.#hasMissed({ model: uuid, since, topics })) return;
    await settledOrAborted(promise, AbortSignal.any([signal, this.#signal]));
  }

  async #hasMissed({ model: uuid, since, topics }: Wait): Promise<boolean> {
    return this.#store.read(uuid, async (tx) => {
      if (!(await model.find(tx, uuid))) return true;
      const missed = await changes.after(tx, since);
      const isKnown = missed.some((change) => counts(change, topics));
      const isFarBehind = missed.length === changes.changeBatchMax;
      return isKnown || isFarBehind || (await changes.hasForgotten(tx, since));
    });
  }

  /** Until it is disposed of; a scope's changes are read until the last who waits for them leaves. */
  #wait(scope: string, waiter: Waiter): Disposable & Pick<Watch, "started"> {
    const watch = this.#watches.get(scope) ?? this.#start(scope);
    watch.waiters.add(waiter);
    return {
      started: watch.started,
      [Symbol.dispose]: () => {
        watch.waiters.delete(waiter);
        if (watch.waiters.size === 0) this.#end(scope, watch);
      },
    };
  }

  #start(scope: string): Watch {
    const { promise: started, resolve } = Promise.withResolvers<void>();
    const watch = { waiters: new Set<Waiter>(), started, stop: new AbortController() };
    this.#watches.set(scope, watch);
    void this.#read(scope, watch, resolve);
    return watch;
  }

  #end(scope: string, watch: Watch): void {
    watch.stop.abort();
    if (this.#watches.get(scope) === watch) this.#watches.delete(scope);
  }

  /** If reading fails everyone is woken, and looks for themselves; the next who waits reads again. */
  async #read(scope: string, watch: Watch, setStarted: () => void): Promise<void> {
    const { waiters, stop } = watch;
    const either = AbortSignal.any([this.#signal, stop.signal]);
    try {
      const since = await this.#store.latestChange(scope);
      setStarted();
      for await (const batch of this.#store.changes(scope, since, either)) {
        for (const waiter of waiters) {
          if (batch.some((change) => counts(change, waiter.topics))) waiter.wake();
        }
      }
    } catch {
      setStarted();
      this.#end(scope, watch);
      for (const { wake } of waiters) wake();
    }
  }
}

function counts({ kind, id }: changes.Change, topics: ReadonlySet<string> | undefined): boolean {
  return topics === undefined || topics.has(toTopic(kind, id));
}
