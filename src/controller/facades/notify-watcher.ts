/** Serves NotifyWatcher, for what other facades watch on this connection without saying what is new. */
import { NotifyWatcher } from "#contract/notify-watcher.ts";
import { implement } from "../facade.ts";
import { getWatcher, stopWatcher } from "../watchers.ts";

export default implement(NotifyWatcher, {
  async Next(session, { id }) {
    await getWatcher(session, id).next();
  },

  async Stop(session, { id }) {
    stopWatcher(session, id);
  },
});
