/** The lock that lets one hook at a time run on a machine, in the order in which they came. */

export class HookLock {
  #turn: Promise<void> = Promise.resolve();

  /** Runs `body` when everybody who came before has finished. */
  async hold<T>(body: () => Promise<T>): Promise<T> {
    const before = this.#turn;
    const own = Promise.withResolvers<void>();
    this.#turn = own.promise;
    await before;
    try {
      return await body();
    } finally {
      own.resolve();
    }
  }

  /** Resolves when nobody who is here now has anything left to run. */
  async settled(): Promise<void> {
    await this.#turn;
  }
}
