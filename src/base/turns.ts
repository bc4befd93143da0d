/** Turns: those who want the same thing have it one after the other, in the order in which they came. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Runs `body` once everyone who asked for `thing` before has finished, however that went. */
  async take<T>(thing: string, body: () => Promise<T>): Promise<T> {
    const before = this.#last.get(thing);
    const { promise: done, resolve: finish } = Promise.withResolvers<void>();
    this.#last.set(thing, done);
    await before;
    try {
      return await body();
    } finally {
      if (this.#last.get(thing) === done) this.#last.delete(thing);
      finish();
    }
  }
}
