/**
 * Workers: loops that make the world match the store.
 *
 * A worker never acts on a change itself. A change only calls for another pass, which reads what is
 * so now, acts in ways that may be repeated, and records what it did. So a worker may be stopped
 * and started at any point.
 */
import type { Log } from "#base/log.ts";
import { messageOf } from "#base/problem.ts";
import type { Provider } from "#providers/provider.ts";
import type { ChangeKind } from "#store/changes.ts";
import type { Services } from "./session.ts";

export interface Needs {
  readonly services: Services;
  /** The model that the worker is about, or the controller's scope. */
  readonly model: string;
  readonly provider: Provider;
  readonly log: Log;
}

export interface Worker {
  readonly name: string;
  /** Runs until `signal` aborts. */
  run(needs: Needs, signal: AbortSignal): Promise<void>;
}

interface Definition {
  readonly name: string;
  /** A change of one of these kinds calls for a pass; so does the start. */
  readonly watches: readonly ChangeKind[];
  /** Does what is to be done now; returns when to look again even if nothing changes, or never. */
  pass(needs: Needs, signal: AbortSignal): Promise<Temporal.Duration | "when something changes">;
}

export function worker({ name, watches, pass }: Definition): Worker {
  return {
    name,
    async run(needs, signal) {
      const { store } = needs.services;
      let since = await store.latestChange(needs.model);
      while (!signal.aborted) {
        const again = await pass(needs, signal);
        since = await waitForCall(needs, { watches, since, again }, signal);
      }
    },
  };
}

interface Call {
  readonly watches: readonly ChangeKind[];
  readonly since: number;
  readonly again: Temporal.Duration | "when something changes";
}

/** Returns the number of the last change that has been seen. */
async function waitForCall(
  { services: { store, clock }, model }: Needs,
  { watches, since, again }: Call,
  signal: AbortSignal,
): Promise<number> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  if (again !== "when something changes") {
    void clock.sleep(again, either).then(
      () => stop.abort(),
      () => {},
    );
  }
  let seen = since;
  try {
    for await (const changes of store.changes(model, since, either)) {
      seen = changes.at(-1)?.seq ?? seen;
      if (changes.some(({ kind }) => watches.includes(kind))) break;
    }
    return seen;
  } finally {
    stop.abort();
  }
}

const atOnceMax = 8;

/** Nothing has changed about what went wrong since the log was told of it. */
export class StillWrong extends Error {}

/**
 * Does each by itself, a few at a time, so that one failure does not hold up the others; returns
 * whether all went well.
 */
export async function eachByItself<T>(
  items: readonly T[],
  log: Log,
  body: (item: T) => Promise<void>,
): Promise<boolean> {
  let areAllWell = true;
  const queue = items.values();
  async function work(): Promise<void> {
    for (const item of queue) {
      try {
        await body(item);
      } catch (error) {
        areAllWell = false;
        if (!(error instanceof StillWrong)) log.write("WARNING", messageOf(error));
      }
    }
  }
  await Promise.all(Array.from({ length: atOnceMax }, work));
  return areAllWell;
}
