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
