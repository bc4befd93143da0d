/** What tools see and ask for of storage. */
import { Problem } from "#base/problem.ts";
import type { Metadata } from "#charm/metadata.ts";
import { checkRequest, getStore } from "#charm/storage-request.ts";
import type { StorageWish } from "#contract/unit-agent.ts";
import type { HookStorage, StorageContext } from "../../../hook-context.ts";
import { readMetadata } from "../../charm/charm-files.ts";
import { isStorageHook } from "../../hook.ts";
import type { HookSubject } from "./subject.ts";

export function storageContext(subject: HookSubject): StorageContext {
  const { hook, changes } = subject;
  const { storage } = subject.heard;
  const known = Object.entries(storage).map(([id, each]) => ({ id, ...each }));
  const own: HookStorage | undefined = isStorageHook(hook)
    ? { id: hook.storage, store: hook.store, kind: hook.storageKind, location: hook.location }
    : undefined;
  const isNew = own !== undefined && known.every(({ id }) => id !== own.id);
  return {
    storage: own,
    storages: () => (isNew ? [...known, own] : known),

    async addStorage(wanted) {
      const asked = [...(changes.all["add-storage"] ?? []), ...wanted];
      const metadata = await readMetadata(subject.charm);
      for (const { name } of wanted) refuseUnfit(subject, metadata, countOf(asked, name));
      await changes.addStorage(wanted);
    },
  };
}

function countOf(asked: readonly StorageWish[], name: string): StorageWish {
  const counts = asked.map((each) => (each.name === name ? each.count : 0));
  return { name, count: counts.reduce((sum, count) => sum + count, 0) };
}

/** What the controller would refuse as well, once the hook has succeeded. */
function refuseUnfit(
  { desired: { name: unit, life, storage } }: HookSubject,
  metadata: Metadata,
  { name, count: more }: StorageWish,
): void {
  if (life !== "alive") {
    const message = `cannot add storage "${name}" to unit "${unit}": the unit is being removed`;
    throw new Problem("not valid", message);
  }
  const store = getStore(metadata, name);
  const held = storage.filter((each) => each.store === name && each.life === "alive").length;
  const request = { count: held + more, sizeMib: store.sizeMinMib };
  const least = Math.min(store.countMin, request.count);
  checkRequest(`charm "${metadata.name}" store "${name}"`, { ...store, countMin: least }, request);
}
