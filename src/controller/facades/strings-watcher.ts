/** Serves StringsWatcher, for the watchers of texts that other facades have made on this connection. */
import { StringsWatcher } from "#contract/strings-watcher.ts";
import { implement } from "../facade.ts";
import { getWatcher, stopWatcher } from "../watchers.ts";

export default implement(StringsWatcher, {
  async Next(session, { id }) {
    const changes = await getWatcher(session, id).next();
    return { "watcher-id": id, changes: changes.map(String) };
  },

  async Stop(session, { id }) {
    stopWatcher(session, id);
  },
});
