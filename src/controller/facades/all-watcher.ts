/** Serves AllWatcher, for the watchers that `Client.WatchAll` has made on this connection. */
import { AllWatcher } from "#contract/all-watcher.ts";
import { implement } from "../facade.ts";
import { getWatcher, stopWatcher } from "../watchers.ts";

export default implement(AllWatcher, {
  async Next(session, { id }) {
    return { deltas: await getWatcher(session, id).next() };
  },

  async Stop(session, { id }) {
    stopWatcher(session, id);
  },
});
