/** AllWatcher: what has changed in a model, as it changes. */
import { facade, method } from "./facade.ts";
import { json, list, nothing, record, text } from "./wire.ts";

/** The watcher is named in the frame, not in the parameters. */
const watcher = record({ id: text });

const nextResult = record({
  /** Each is `[kind, "change" or "remove", entity]`. */
  deltas: list(json),
});

export const AllWatcher = facade(
  { name: "AllWatcher", versions: [3], scope: "model" },
  {
    /**
     * Everything at the first call, and later what has changed since; waits until something has.
     * Fails with `stopped` when the watcher is stopped meanwhile.
     */
    Next: method("read", watcher, nextResult),
    Stop: method("read", watcher, nothing),
  },
);
