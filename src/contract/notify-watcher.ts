/** NotifyWatcher: the watchers on the same connection that say that something is new, and not what. */
import { facade, method } from "./facade.ts";
import { nothing, record, text } from "./wire.ts";

/** The watcher is named in the frame, not in the parameters. */
const watcher = record({ id: text });

export const NotifyWatcher = facade(
  { name: "NotifyWatcher", versions: [1], scope: "both" },
  {
    /** Waits until something is new; fails with `stopped` when the watcher is stopped meanwhile. */
    Next: method("login", watcher, nothing),
    Stop: method("login", watcher, nothing),
  },
);
