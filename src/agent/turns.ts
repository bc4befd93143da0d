/** Turns: whoever takes one waits until all who came before have given theirs back. */

export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Returns what gives the turn back; to do that twice changes nothing. */
  async take(): Promise<() => void> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    return resolve;
  }

  /** Runs `body` in a turn of its own. */
  async hold<T>(body: () => Promise<T>): Promise<T> {
    const giveBack = await this.take();
    try {
      return await body();
    } finally {
      giveBack();
    }
  }

  /** Resolves when whoever has come until now has given the turn back. */
  async settled(): Promise<void> {
    await this.#last;
  }
}

/** What a task asks for: a turn of its own, of its group, or of the machine. */
export interface TurnWish {
  readonly parallel: boolean;
  /** Empty for none. */
  readonly group: string;
}

/** The turns of a machine: what is in no group goes one after the other, and so does each group. */
export class MachineTurns {
  /** Those of hooks, and of tasks in no group. */
  readonly own = new Turns();
  readonly #groups = new Map<string, { readonly turns: Turns; waiting: number }>();

  async hold<T>({ parallel, group }: TurnWish, body: () => Promise<T>): Promise<T> {
    if (group !== "") return await this.#holdGroup(group, body);
    return await (parallel ? body() : this.own.hold(body));
  }

  /** Groups have any name, so that one is forgotten when nobody waits in it. */
  async #holdGroup<T>(name: string, body: () => Promise<T>): Promise<T> {
    const group = this.#groups.get(name) ?? { turns: new Turns(), waiting: 0 };
    this.#groups.set(name, group);
    group.waiting++;
    try {
      return await group.turns.hold(body);
    } finally {
      group.waiting--;
      if (group.waiting === 0) this.#groups.delete(name);
    }
  }
}
