/** What tools see and ask for of storage. */
import type { HookStorage, StorageContext } from "../../../hook-context.ts";
import { isStorageHook } from "../../hook.ts";
import type { HookSubject } from "./subject.ts";

export function storageContext({ hook, heard: { storage }, changes }: HookSubject): StorageContext {
  const known = Object.entries(storage).map(([id, each]) => ({ id, ...each }));
  const own: HookStorage | undefined = isStorageHook(hook)
    ? { id: hook.storage, store: hook.store, kind: hook.storageKind, location: hook.location }
    : undefined;
  const isNew = own !== undefined && known.every(({ id }) => id !== own.id);
  return {
    storage: own,
    storages: () => (isNew ? [...known, own] : known),
    addStorage: (wanted) => changes.addStorage(wanted),
  };
}
