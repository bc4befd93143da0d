/**
 * A watcher of everything in a model.
 *
 * It tells everything once, and later whatever is different from what it told last. It never tells
 * what a change was, only what is so; so nothing is lost that happens while nobody asks. As a look
 * reads the whole model, changes that come fast are told together.
 */
import { Problem } from "#base/problem.ts";
import * as task from "#domain/action/task.ts";
import * as model from "#domain/model/model.ts";
import * as changes from "#store/changes.ts";
import { nextAbsence } from "./agent-status.ts";
import { type Delta, difference, look, type Told } from "./deltas.ts";
import { readOverview } from "./overview.ts";
import type { Services, Watcher } from "./session.ts";

/** Of tasks only the newest are told. */
const tasksMax = 100;
const shortestPause = Temporal.Duration.from({ milliseconds: 500 });

/** Until `signal` aborts, or somebody stops it. */
export function watchModel(services: Services, uuid: string, signal: AbortSignal): Watcher {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  let told: Told = new Map();
  /** The number of the model's last change at the last look; a new model has none. */
  let seen: number | undefined;
  let nextLook = services.clock.now();
  /** When an agent that has left will have been away for too long, which no change says. */
  let absence: Temporal.Instant | undefined;
  return {
    async next() {
      let deltas: readonly Delta[] = [];
      while (deltas.length === 0) {
        if (seen !== undefined) await somethingNew(seen);
        if (either.aborted) throw stopped();
        deltas = await lookAgain();
      }
      return deltas;
    },
    stop: () => stop.abort(),
  };

  async function somethingNew(since: number): Promise<void> {
    const { feed, clock } = services;
    using waiting = until(absence);
    await feed.changed({ model: uuid, since, topics: undefined }, waiting.signal);
    const rest = clock.now().until(nextLook);
    if (rest.sign > 0) await clock.sleep(rest, either).catch(() => {});
  }

  /** Aborts at that time, or when nobody wants to know any more. */
  function until(time: Temporal.Instant | undefined): Disposable & { signal: AbortSignal } {
    const ring = new AbortController();
    const signal = AbortSignal.any([either, ring.signal]);
    if (time !== undefined) {
      const { clock } = services;
      clock.sleep(clock.now().until(time), signal).then(
        () => ring.abort(),
        () => {},
      );
    }
    return { signal, [Symbol.dispose]: () => ring.abort() };
  }

  async function lookAgain(): Promise<readonly Delta[]> {
    const { identity, store, clock } = services;
    nextLook = clock.now().add(shortestPause);
    return store.read(uuid, async (tx) => {
      seen = await changes.latest(tx);
      if (!(await model.find(tx, uuid))) return tellOfTheEnd();
      const settings = await model.getSettings(tx);
      const tasks = await task.listNewest(tx, tasksMax);
      const overview = await readOverview(tx);
      const time = clock.now();
      absence = nextAbsence(overview.machines, time);
      const now = look(overview, { settings, tasks, controller: identity.uuid, now: time });
      const deltas = difference(told, now);
      told = now;
      return deltas;
    });
  }

  /** Once everything is told to be gone, there is nothing left to watch. */
  function tellOfTheEnd(): readonly Delta[] {
    const deltas = difference(told, new Map());
    told = new Map();
    if (deltas.length === 0) stop.abort();
    return deltas;
  }
}

function stopped(): Problem {
  return new Problem("stopped", "watcher was stopped");
}
