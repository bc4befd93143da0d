/**
 * Presence: which machines' agents are connected to this controller.
 *
 * An agent that connects anew may do so before its old connection is known to be gone; it is away
 * only when it has none left.
 */
import type { Clock } from "#base/clock.ts";
import * as machine from "#domain/machine/machine.ts";
import type { Store } from "#store/store.ts";

export class Presence {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #connections = new Map<string, number>();

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async arrive(model: string, id: string): Promise<void> {
    await this.#count(model, id, 1);
  }

  async leave(model: string, id: string): Promise<void> {
    await this.#count(model, id, -1);
  }

  async #count(model: string, id: string, difference: number): Promise<void> {
    const key = `${model}/${id}`;
    const before = this.#connections.get(key) ?? 0;
    const after = before + difference;
    this.#connections.set(key, after);
    if (after === 0) this.#connections.delete(key);
    if (before > 0 === after > 0) return;
    const now = this.#clock.now();
    await this.#store.write(model, async (tx) => {
      const isConnected = (this.#connections.get(key) ?? 0) > 0;
      await machine.setConnected(tx, id, { isConnected, now });
    });
  }
}
