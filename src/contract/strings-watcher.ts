/** StringsWatcher: the watchers that other facades have made on the same connection. */
import { facade, method } from "./facade.ts";
import { list, nothing, record, text } from "./wire.ts";

/** The watcher is named in the frame, not in the parameters. */
const watcher = record({ id: text });

export const StringsWatcher = facade(
  { name: "StringsWatcher", versions: [1], scope: "both" },
  {
    /**
     * What is new since the last call; waits until something is. Fails with `stopped` when the
     * watcher is stopped meanwhile.
     */
    Next: method("login", watcher, record({ "watcher-id": text, changes: list(text) })),
    Stop: method("login", watcher, nothing),
  },
);
