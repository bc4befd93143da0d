/**
 * The shipper: brings what the machine has logged to the controller, however often one of them or the
 * connection dies.
 *
 * It asks the controller up to which line it knows the spool, and sends what comes after, one batch at
 * a time. The answer to a batch says how far the controller is then; only what it has is forgotten
 * here. So nothing is lost, and what is sent twice counts once. Where lines are missing in the spool,
 * because too many have waited or the disk was full, a line takes the place of the last of them and
 * says how many they were.
 */
import type { Clock } from "#base/clock.ts";
import { isProblem } from "#base/problem.ts";
import type { Wrench } from "#base/wrench.ts";
import type { Remote } from "#client/remote.ts";
import { type LoggedLine, LogSink } from "#contract/log-sink.ts";
import type { Link } from "../machine/link.ts";
import type { LogSpool } from "./spool.ts";
import type { SpooledLine } from "./spooled-line.ts";

/** What comes together is sent together. */
const gathering = Temporal.Duration.from({ milliseconds: 200 });
/** Of what is sent at once, so that a frame stays small. */
const batchBytesMax = 512 * 1024;
/** A controller that went back to a version before knows of no logs; it may be upgraded again. */
const unserved = Temporal.Duration.from({ minutes: 1 });
/** What a machine that is to go waits for its last lines. */
const lastLinesMax = Temporal.Duration.from({ seconds: 5 });

export interface Needs {
  readonly spool: LogSpool;
  /** The tag of the machine. */
  readonly tag: string;
  readonly link: Link;
  readonly clock: Clock;
  readonly wrench: Wrench;
}

export class LogShipper {
  readonly #needs: Needs;
  /** Up to which line the controller knows the spool. */
  #known = 0;
  readonly #waiting = new Set<() => void>();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Runs until `signal` aborts; whoever calls starts it again when it fails. */
  async run(signal: AbortSignal): Promise<void> {
    const { link, clock } = this.#needs;
    const facade: Facade = link.facade(LogSink, signal);
    while (!signal.aborted) {
      try {
        return await this.#ship(facade, signal);
      } catch (error) {
        if (!isProblem(error, "not implemented")) throw error;
      }
      await clock.sleep(unserved, signal).catch(() => {});
    }
  }

  async #ship(facade: Facade, signal: AbortSignal): Promise<void> {
    const { spool, clock, wrench } = this.#needs;
    this.#note(await this.#send(facade, [], signal));
    while (!signal.aborted) {
      await spool.beyond(this.#known, signal);
      await clock.sleep(gathering, signal).catch(() => {});
      if (signal.aborted) return;
      await spool.sync();
      wrench.at("log-synced");
      const lines = await this.#nextLines();
      if (lines.length === 0) {
        await spool.beyond(spool.last, signal); // nothing of what has been logged could be written
        continue;
      }
      const sequence = await this.#send(facade, lines, signal);
      wrench.at("log-shipped");
      this.#note(sequence);
    }
  }

  /** Resolves when the controller has what has been logged so far, or after a while. */
  async shipped(signal: AbortSignal): Promise<void> {
    const { spool, clock } = this.#needs;
    const { last } = spool;
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    const over = clock.sleep(lastLinesMax, either).catch(() => {});
    try {
      while (this.#known < last && !signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<boolean>();
        this.#waiting.add(() => resolve(true));
        const isOver = over.then(() => false);
        if (!(await Promise.race([promise, isOver]))) return;
      }
    } finally {
      stop.abort();
    }
  }

  #note(sequence: number): void {
    this.#known = sequence;
    this.#needs.spool.forget(sequence);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  async #send(facade: Facade, lines: readonly LoggedLine[], signal: AbortSignal): Promise<number> {
    const { spool, link } = this.#needs;
    const write = () => facade.Write({ spool: spool.id, lines });
    return (await link.persist(write, signal)).sequence;
  }

  async #nextLines(): Promise<LoggedLine[]> {
    const { spool, tag } = this.#needs;
    const lines: LoggedLine[] = [];
    let [previous, bytes] = [this.#known, 0];
    for (const line of await spool.read(this.#known)) {
      bytes += line.message.length;
      if (bytes > batchBytesMax && lines.length > 0) break;
      const missing = line.sequence - previous - 1;
      if (missing > 0) lines.push(sayMissing(line, { missing, tag }));
      lines.push({ ...line, location: "" });
      previous = line.sequence;
    }
    return lines;
  }
}

type Facade = Remote<typeof LogSink.methods>;

/** Before the line that follows those that are missing. */
function sayMissing(
  { sequence, time }: SpooledLine,
  { missing, tag }: { readonly missing: number; readonly tag: string },
): LoggedLine {
  return {
    ...{ sequence: sequence - 1, time, entity: tag, level: "WARNING", location: "" },
    module: "juju.worker.logsender",
    message: `${missing} lines of the log are missing here: more has waited for the controller than the disk may hold`,
  };
}
