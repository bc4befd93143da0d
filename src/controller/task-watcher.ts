/**
 * A watcher of what one task says while it runs.
 *
 * It tells everything that has been said so far, and later what has been said since. A task that is
 * over says nothing more; whoever waits then is told so when they stop the watcher.
 */
import { Problem } from "#base/problem.ts";
import * as messages from "#domain/action/messages.ts";
import { toTopic } from "#domain/desired/desired.ts";
import * as changes from "#store/changes.ts";
import type { Services, Watcher } from "./session.ts";

export interface WatchedTask {
  readonly model: string;
  readonly task: number;
}

/** Until `signal` aborts, or somebody stops it. */
export function watchTask(
  { feed, store }: Services,
  { model, task }: WatchedTask,
  signal: AbortSignal,
): Watcher {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const topics = new Set([toTopic("task_message", `${task}`)]);
  let told = 0;
  let seen = 0;
  return {
    async next() {
      for (;;) {
        const said = await look();
        if (said.length > 0) return said.map(toText);
        await feed.changed({ model, since: seen, topics }, either);
        if (either.aborted) throw new Problem("stopped", "watcher was stopped");
      }
    },
    stop: () => stop.abort(),
  };

  async function look(): Promise<readonly messages.Message[]> {
    return await store.read(model, async (tx) => {
      seen = await changes.latest(tx);
      const said = (await messages.listOf(tx, [task], told)).get(task) ?? [];
      told = said.at(-1)?.number ?? told;
      return said;
    });
  }
}

function toText({ time, message }: messages.Message): string {
  return JSON.stringify({ timestamp: time, message });
}
