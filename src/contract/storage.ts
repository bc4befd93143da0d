/** Storage: pools, and what keeps data for units. */
import { entityStatus, storageConstraints } from "./common.ts";
import { bulk, facade, method } from "./facade.ts";
import { flag, integer, json, list, map, optional, record, text, type ValueOf } from "./wire.ts";

const attachment = record({
  "storage-tag": text,
  "unit-tag": text,
  "machine-tag": text,
  location: optional(text),
  life: optional(text),
});

export const storageDetails = record({
  "storage-tag": text,
  "owner-tag": text,
  /** 1 for a block device, 2 for a filesystem. */
  kind: integer,
  status: entityStatus,
  life: optional(text),
  persistent: flag,
  /** By the tag of the unit. */
  attachments: optional(map(attachment)),
});
export type StorageDetails = ValueOf<typeof storageDetails>;

const filesystemAttachment = record({
  "mount-point": optional(text),
  "read-only": optional(flag),
  life: optional(text),
});

const filesystemDetails = record({
  "filesystem-tag": text,
  "volume-tag": optional(text),
  /** The size is in MiB. */
  info: record({ "filesystem-id": text, pool: text, size: integer }),
  life: optional(text),
  status: entityStatus,
  "machine-attachments": optional(map(filesystemAttachment)),
  "unit-attachments": optional(map(filesystemAttachment)),
  storage: optional(storageDetails),
});
export type FilesystemDetails = ValueOf<typeof filesystemDetails>;

const pool = record({ name: text, provider: text, attrs: map(json) });
const pair = record({ "storage-tag": text, "unit-tag": text });
const ofMachines = record({ machines: list(text) });

export const Storage = facade(
  { name: "Storage", versions: [6, 7], scope: "model" },
  {
    /** Returns the tags of what the unit gets. */
    AddToUnit: bulk(
      { access: "write", list: "storages" },
      record({ unit: text, name: text, storage: storageConstraints }),
      record({ result: record({ "storage-tags": list(text) }) }),
    ),
    /** Gives units what others have left. */
    Attach: bulk({ access: "write", list: "ids" }, pair, record({})),
    CreatePool: bulk({ access: "write", list: "pools" }, pool, record({})),
    /** A pair without a unit means whichever unit has it. */
    DetachStorage: method(
      "write",
      record({ ids: record({ ids: list(pair) }), force: optional(flag) }),
      record({ results: list(record({ error: optional(json) })) }),
    ),
    /** Takes over what the cloud has; nothing can be taken over yet. */
    Import: bulk(
      { access: "write", list: "storage" },
      record({
        kind: integer,
        pool: text,
        "provider-id": text,
        "storage-name": text,
        force: optional(flag),
      }),
      record({ result: record({ "storage-tag": text }) }),
    ),
    /** For each filter: those of the machines that it names, by tag, or all. */
    ListFilesystems: bulk(
      { access: "read", list: "filters" },
      ofMachines,
      record({ result: list(filesystemDetails) }),
    ),
    /** For each filter: the pools of those names and of those providers, or all. */
    ListPools: bulk(
      { access: "read", list: "filters" },
      record({ names: list(text), providers: list(text) }),
      record({ "storage-pools": list(pool) }),
    ),
    ListStorageDetails: bulk(
      { access: "read", list: "filters" },
      record({}),
      record({ result: list(storageDetails) }),
    ),
    /** There are no block devices, and so no volumes. */
    ListVolumes: bulk(
      { access: "read", list: "filters" },
      ofMachines,
      record({ result: list(json) }),
    ),
    /** Without `destroy-storage` the data stays, and the model forgets it. */
    Remove: bulk(
      { access: "write", list: "storage" },
      record({
        tag: text,
        "destroy-attachments": flag,
        "destroy-storage": flag,
        force: optional(flag),
      }),
      record({}),
    ),
    RemovePool: bulk({ access: "write", list: "pools" }, record({ name: text }), record({})),
    StorageDetails: bulk(
      { access: "read", list: "entities" },
      record({ tag: text }),
      record({ result: storageDetails }),
    ),
    /** Replaces the pool's attributes. */
    UpdatePool: bulk({ access: "write", list: "pools" }, pool, record({})),
  },
);
