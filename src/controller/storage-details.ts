/** Storage in the words of the facades that show it. */
import type { FilesystemDetails, StorageDetails } from "#contract/storage.ts";
import { toTag } from "#contract/tags.ts";
import * as status from "#domain/status/status.ts";
import { entities, type Status } from "#domain/status/status.ts";
import { fateOf } from "#domain/storage/leave.ts";
import { isDetachable } from "#domain/storage/pool.ts";
import { shownStatus } from "#domain/storage/provision.ts";
import * as storage from "#domain/storage/storage.ts";
import { unknown } from "#domain/unit/shown-status.ts";
import * as unit from "#domain/unit/unit.ts";
import type { ReadTransaction } from "#store/database.ts";

/** Everything that is known of a model's storage. */
export interface StorageView {
  readonly instances: readonly storage.StorageInstance[];
  /** By the storage that they are of; all other storage has none. */
  readonly attachments: ReadonlyMap<string, readonly storage.Attachment[]>;
  readonly statuses: ReadonlyMap<string, Status>;
  /** By the unit's name. */
  readonly machines: ReadonlyMap<string, string>;
}

const filesystemKind = 2;

export async function readStorage(tx: ReadTransaction): Promise<StorageView> {
  const instances = await storage.list(tx);
  if (instances.length === 0) {
    return { instances, attachments: new Map(), statuses: new Map(), machines: new Map() };
  }
  const units = await unit.list(tx);
  return {
    instances,
    attachments: Map.groupBy(await storage.listAttachments(tx), (each) => each.storage),
    statuses: await status.listAll(tx),
    machines: new Map(units.map(({ name, machine }) => [name, machine])),
  };
}

/** All of it, as a status has it. */
export function toStorageLists(view: StorageView) {
  return {
    storage: view.instances.map((each) => toStorageDetails(view, each)),
    filesystems: view.instances.map((each) => toFilesystemDetails(view, each)),
    volumes: [],
  };
}

export function toStorageDetails(
  view: StorageView,
  instance: storage.StorageInstance,
): StorageDetails {
  const { id, owner, life, provider } = instance;
  const attached = view.attachments.get(id) ?? [];
  const { message, ...said } = shownOf(view, instance);
  return {
    "storage-tag": toTag("storage", id),
    "owner-tag": owner === "" ? "" : toTag("unit", owner),
    kind: filesystemKind,
    status: { ...said, info: message },
    life,
    persistent: isDetachable(provider),
    attachments: Object.fromEntries(
      attached.map((each) => [
        toTag("unit", each.unit),
        {
          "storage-tag": toTag("storage", id),
          "unit-tag": toTag("unit", each.unit),
          "machine-tag": toMachineTag(view, each.unit),
          location: each.location,
          life: each.life,
        },
      ]),
    ),
  };
}

/** What lies on machines shows where it is mounted there; all machines are those of units. */
export function toFilesystemDetails(
  view: StorageView,
  instance: storage.StorageInstance,
): FilesystemDetails {
  const { id, filesystem, pool, sizeMib, life, place } = instance;
  const attached = view.attachments.get(id) ?? [];
  const { message, ...said } = shownOf(view, instance);
  const points = attached.map(({ unit: name, location, life: its }) => {
    const point = { "mount-point": location, "read-only": false, life: its };
    return { name, machine: toMachineTag(view, name), point };
  });
  return {
    "filesystem-tag": toTag("filesystem", filesystem),
    info: { "filesystem-id": place, pool, size: sizeMib },
    life,
    status: { ...said, info: message },
    "machine-attachments": Object.fromEntries(points.map(({ machine, point }) => [machine, point])),
    "unit-attachments": Object.fromEntries(
      points.map(({ name, point }) => [toTag("unit", name), point]),
    ),
    storage: toStorageDetails(view, instance),
  };
}

function shownOf(view: StorageView, instance: storage.StorageInstance): Status {
  const attached = view.attachments.get(instance.id) ?? [];
  const said = view.statuses.get(entities.filesystem(instance.filesystem)) ?? unknown;
  return shownStatus(instance, attached, said);
}

function toMachineTag({ machines }: StorageView, name: string): string {
  const machine = machines.get(name);
  return machine === undefined ? "" : toTag("machine", machine);
}

/** What becomes of the storage that the units have, when they go. */
export async function tellStorage(
  tx: ReadTransaction,
  units: readonly string[],
  destroys: boolean,
) {
  const held = await Promise.all(units.map((name) => storage.listHeld(tx, name)));
  const { destroyed, detached } = fateOf(held.flat(), destroys);
  const toTags = (ids: readonly string[]) => ids.map((id) => ({ tag: toTag("storage", id) }));
  return { "destroyed-storage": toTags(destroyed), "detached-storage": toTags(detached) };
}

/** As a model's status has it. */
export async function listModelFilesystems(tx: ReadTransaction) {
  const view = await readStorage(tx);
  return view.instances.map((instance) => {
    const { status: shown, message } = shownOf(view, instance);
    return {
      ...{ id: instance.filesystem, "provider-id": instance.place, status: shown, message },
      detachable: isDetachable(instance.provider),
    };
  });
}
