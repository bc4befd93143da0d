/** Serves AllWatcher, for the watchers that `Client.WatchAll` has made on this connection. */
import { Problem } from "#base/problem.ts";
import { AllWatcher } from "#contract/all-watcher.ts";
import { implement } from "../facade.ts";
import type { Session, Watcher } from "../session.ts";

export default implement(AllWatcher, {
  async Next(session, { id }) {
    return { deltas: await getWatcher(session, id).next() };
  },

  async Stop(session, { id }) {
    getWatcher(session, id).stop();
    session.watchers.delete(id);
  },
});

function getWatcher({ watchers }: Session, id: string): Watcher {
  const watcher = watchers.get(id);
  if (watcher === undefined) throw new Problem("not found", `unknown watcher id "${id}"`);
  return watcher;
}
