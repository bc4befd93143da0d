/** The watchers of a connection: each is made by one facade, and asked through another. */
import { Problem } from "#base/problem.ts";
import type { Session, Watcher } from "./session.ts";

const watchersMax = 20;

/** Returns the watcher's id. Throws `quota limit exceeded` when the connection has enough. */
export function addWatcher(session: Session, watcher: Watcher): string {
  const { watchers } = session;
  if (watchers.size >= watchersMax) {
    throw new Problem("quota limit exceeded", `a connection has at most ${watchersMax} watchers`);
  }
  const id = `${session.nextWatcherId()}`;
  watchers.set(id, watcher);
  return id;
}

/** Throws `not found`. */
export function getWatcher({ watchers }: Session, id: string): Watcher {
  const watcher = watchers.get(id);
  if (watcher === undefined) throw new Problem("not found", `unknown watcher id "${id}"`);
  return watcher;
}

/** Ends it, and whoever waits for it hears so. Throws `not found`. */
export function stopWatcher(session: Session, id: string): void {
  getWatcher(session, id).stop();
  session.watchers.delete(id);
}
