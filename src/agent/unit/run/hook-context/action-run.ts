/** A run of an action: what it has said so far. */
import { type Results, withResult } from "../../../task/output.ts";

/** It counts when it has ended, however that comes. */
export class ActionRun {
  readonly parameters: Results;
  #results: Results = {};
  /** Why it has failed, once it has said so. */
  failure: string | undefined;
  readonly #tell: (message: string) => Promise<void>;

  constructor(parameters: Results, tell: (message: string) => Promise<void>) {
    this.parameters = parameters;
    this.#tell = tell;
  }

  get results(): Results {
    return this.#results;
  }

  setResult(path: readonly string[], value: string): void {
    this.#results = withResult(this.#results, path, value);
  }

  fail(message: string): void {
    this.failure = message;
  }

  /** At once. */
  async log(message: string): Promise<void> {
    await this.#tell(message);
  }
}
