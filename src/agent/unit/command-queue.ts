/** The commands that scripts of the machine want to run in a unit, in the order in which they came. */
import { Problem } from "#base/problem.ts";
import type { LocalCall } from "../local-command.ts";

const waitingMax = 50;

export class CommandQueue {
  #waiting: LocalCall[] = [];
  #isClosed = false;

  /** Whether somebody waits still. */
  get isEmpty(): boolean {
    return this.#waiting.every(({ caller }) => caller.isGone);
  }

  /** Throws `quota limit exceeded` when too many wait, and `stopped` when the unit's agent ends. */
  add(call: LocalCall): void {
    if (this.#isClosed) throw new Problem("stopped", "the agent of the unit ends: try again");
    if (this.#waiting.length >= waitingMax) {
      const message = `${waitingMax} commands wait already for ${call.command.unit}: try again later`;
      throw new Problem("quota limit exceeded", message);
    }
    this.#waiting.push(call);
  }

  /** Whoever has gone meanwhile wants nothing any more. */
  take(): LocalCall | undefined {
    this.#waiting = this.#waiting.filter(({ caller }) => !caller.isGone);
    return this.#waiting.shift();
  }

  close(): void {
    this.#isClosed = true;
    for (const { caller } of this.#waiting) caller.refuse("the agent of the unit ends: try again");
  }
}
