/**
 * Storage hooks: what a charm has not heard yet of its storage.
 *
 * It hears of what it loses before what it gets, and of nothing that is not there to be used.
 */
import type { DesiredStorage, DesiredUnit } from "#contract/machine-agent.ts";
import type { StorageHook } from "../hook.ts";
import { isModified, type UnitState } from "../state.ts";

/** What is next for storage: a hook, or that it goes without the charm ever having heard of it. */
type StorageNews =
  | { readonly kind: "run"; readonly hook: StorageHook }
  | { readonly kind: "release"; readonly storage: string };

interface Places {
  /** Where each storage is that can be used. */
  readonly storage: ReadonlyMap<string, string>;
}

/**
 * A charm may count on its storage from its first hook on, so that one waits for all of it, and does
 * not run any more in a unit that is to go.
 */
export function awaitStorage(state: UnitState, desired: DesiredUnit, { storage }: Places) {
  const [next] = state.queue;
  const isBefore = state.charm !== null && !state.isInstalled && desired.storage.length > 0;
  if (!isBefore || (next !== undefined && next.kind !== "install")) return undefined;
  if (desired.life !== "alive") return storageTeardown(state) ?? ({ kind: "finish" } as const);
  const news = nextNews(state, desired, storage);
  if (news || !lacksStorage(state, desired)) return news;
  return { kind: "wait", until: null } as const;
}

/** There may be storage that only the new charm has a store for; so it waits for that one. */
export function tellStorage(state: UnitState, desired: DesiredUnit, { storage }: Places) {
  return nextNews(state, desired, isModified(state, desired) ? new Map() : storage);
}

/** What is left to say of storage to the charm of a unit that goes. */
export function storageTeardown(state: UnitState): StorageNews | undefined {
  const [first] = Object.keys(state.storage);
  return first === undefined ? undefined : detaching(state, first);
}

function nextNews(
  state: UnitState,
  { storage }: DesiredUnit,
  ready: ReadonlyMap<string, string>,
): StorageNews | undefined {
  const isDesired = (id: string) => storage.some((each) => each.id === id && isAlive(each));
  const lost = Object.keys(state.storage).find((id) => !isDesired(id));
  if (lost !== undefined) return detaching(state, lost);
  const unheard = storage.filter(({ id }) => state.storage[id] === undefined);
  const leaving = unheard.find((each) => !isAlive(each));
  if (leaving) return { kind: "release", storage: leaving.id };
  for (const { id, store, kind } of unheard) {
    const location = ready.get(id);
    if (location === undefined) continue;
    const about = { storage: id, store, storageKind: kind, location };
    return { kind: "run", hook: { kind: "storage-attached", ...about } };
  }
  return undefined;
}

/** Whether something is still to come that the unit is to have. */
function lacksStorage(state: UnitState, { storage }: DesiredUnit): boolean {
  return storage.some((each) => isAlive(each) && state.storage[each.id] === undefined);
}

function detaching(state: UnitState, id: string): StorageNews {
  const { store = "", kind = "", location = "" } = state.storage[id] ?? {};
  const about = { storage: id, store, storageKind: kind, location };
  return { kind: "run", hook: { kind: "storage-detaching", ...about } };
}

function isAlive({ life }: DesiredStorage): boolean {
  return life === "alive";
}
