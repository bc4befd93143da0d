/**
 * Presence: which machines' agents are connected to this controller.
 *
 * An agent that connects anew may do so before its old connection is known to be gone; it is away
 * only when it has none left. The store is told at once; if that fails, `settle` makes up for it.
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

  /** Makes what the store says of a model's machines match who is connected. */
  async settle(model: string): Promise<void> {
    const machines = await this.#store.read(model, machine.list);
    const wrong = machines.filter((each) => each.isConnected !== this.#isConnected(model, each.id));
    for (const { id } of wrong) await this.#save(model, id);
  }

  async #count(model: string, id: string, difference: number): Promise<void> {
    const key = toKey(model, id);
    const before = this.#connections.get(key) ?? 0;
    const after = before + difference;
    this.#connections.set(key, after);
    if (after === 0) this.#connections.delete(key);
    if (before > 0 !== after > 0) await this.#save(model, id);
  }

  async #save(model: string, id: string): Promise<void> {
    const now = this.#clock.now();
    await this.#store.write(model, async (tx) => {
      const isConnected = this.#isConnected(model, id);
      await machine.setConnected(tx, id, { isConnected, now });
    });
  }

  #isConnected(model: string, id: string): boolean {
    return this.#connections.has(toKey(model, id));
  }
}

function toKey(model: string, id: string): string {
  return `${model}/${id}`;
}
