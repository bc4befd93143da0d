/** Serves Client: the whole of a model at once, and a watcher of all of it. */
import { Client } from "#contract/client.ts";
import { implement } from "../facade.ts";
import { toFullStatus } from "../full-status.ts";
import { watchModel } from "../model-watcher.ts";
import { readOverview } from "../overview.ts";
import { read, scopeOf } from "../session.ts";
import { narrow } from "../status-filter.ts";
import { readHistory } from "../status-history.ts";
import { readStorage, toStorageLists } from "../storage-details.ts";
import { addWatcher } from "../watchers.ts";

export default implement(Client, {
  async FullStatus(session, { patterns, "include-storage": isWithStorage }) {
    const { store, clock } = session.services;
    const { overview, storage } = await store.read(scopeOf(session), async (tx) => ({
      overview: await readOverview(tx),
      storage: isWithStorage ? await readStorage(tx) : undefined,
    }));
    const status = toFullStatus(narrow(overview, patterns), clock.now());
    return storage ? { ...status, ...toStorageLists(storage) } : status;
  },

  async StatusHistory(session, request) {
    const now = session.services.clock.now();
    return { history: { statuses: await read(session, (tx) => readHistory(tx, request, now)) } };
  },

  async WatchAll(session) {
    const watcher = watchModel(session.services, scopeOf(session), session.signal);
    return { "watcher-id": addWatcher(session, watcher) };
  },
});
