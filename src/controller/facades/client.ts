/** Serves Client: the whole of a model at once, and a watcher of all of it. */
import { Client } from "#contract/client.ts";
import { implement } from "../facade.ts";
import { toFullStatus } from "../full-status.ts";
import { watchModel } from "../model-watcher.ts";
import { readOverview } from "../overview.ts";
import { read, scopeOf } from "../session.ts";
import { narrow } from "../status-filter.ts";
import { readHistory } from "../status-history.ts";
import { addWatcher } from "../watchers.ts";

export default implement(Client, {
  async FullStatus(session, { patterns }) {
    const { store, clock } = session.services;
    const overview = await store.read(scopeOf(session), readOverview);
    return toFullStatus(narrow(overview, patterns), clock.now());
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
