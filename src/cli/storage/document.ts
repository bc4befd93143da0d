/** Storage as programs read it, with Juju's keys. */
import type { FilesystemDetails, StorageDetails } from "#contract/storage.ts";
import { parseTagOf } from "#contract/tags.ts";
import { formatSince } from "../status/times.ts";

interface StatusEntry {
  readonly current: string;
  readonly message?: string;
  readonly since: string;
}

interface UnitAttachment {
  readonly machine?: string;
  readonly location?: string;
  readonly life?: string;
}

export interface StorageEntry {
  readonly kind: string;
  readonly life: string;
  readonly status: StatusEntry;
  readonly persistent: boolean;
  readonly attachments?: { readonly units: Readonly<Record<string, UnitAttachment>> };
}

export interface FilesystemEntry {
  readonly "provider-id"?: string;
  readonly storage?: string;
  readonly attachments?: {
    readonly machines: Readonly<
      Record<
        string,
        { readonly "mount-point": string; readonly "read-only": boolean; readonly life: string }
      >
    >;
    readonly units: Readonly<Record<string, UnitAttachment>>;
  };
  readonly pool: string;
  /** In MiB. */
  readonly size: number;
  readonly life: string;
  readonly status: StatusEntry;
}

/** Empty where there is none. */
export interface StorageDocument {
  readonly storage?: Readonly<Record<string, StorageEntry>>;
  readonly filesystems?: Readonly<Record<string, FilesystemEntry>>;
}

export interface StorageLists {
  readonly storage?: readonly StorageDetails[] | undefined;
  readonly filesystems?: readonly FilesystemDetails[] | undefined;
}

const kinds = ["unknown", "block", "filesystem"];

export function toStorageDocument(
  { storage = [], filesystems = [] }: StorageLists,
  zone: string,
): StorageDocument {
  if (storage.length === 0) return {};
  return {
    storage: Object.fromEntries(storage.map((each) => toStorageEntry(each, zone))),
    filesystems: Object.fromEntries(filesystems.map((each) => toFilesystemEntry(each, zone))),
  };
}

export function toStorageEntry(
  { status, ...details }: StorageDetails,
  zone: string,
): [id: string, entry: StorageEntry] {
  const entry = {
    kind: kinds[details.kind] ?? "unknown",
    life: details.life ?? "",
    status: toStatusEntry(status, zone),
    persistent: details.persistent,
    ...attachmentsOf(details.attachments),
  };
  return [parseTagOf("storage", details["storage-tag"]), entry];
}

function attachmentsOf(attachments: StorageDetails["attachments"]) {
  const units = toUnits(attachments);
  return Object.keys(units).length === 0 ? {} : { attachments: { units } };
}

function toUnits(attachments: StorageDetails["attachments"] = {}): Record<string, UnitAttachment> {
  const units = Object.values(attachments).map(
    ({ "unit-tag": unit, "machine-tag": machine, location = "", life = "" }) => {
      const own = {
        ...(machine === "" ? {} : { machine: parseTagOf("machine", machine) }),
        ...(location === "" ? {} : { location }),
        ...(life === "" ? {} : { life }),
      };
      return [parseTagOf("unit", unit), own] as const;
    },
  );
  return Object.fromEntries(units);
}

function toFilesystemEntry(
  { info, storage, life = "", status, ...details }: FilesystemDetails,
  zone: string,
): [id: string, entry: FilesystemEntry] {
  const machines = Object.entries(details["machine-attachments"] ?? {}).map(([tag, point]) => {
    const { "mount-point": place = "", "read-only": isReadOnly = false, life: its = "" } = point;
    const shown = { "mount-point": place, "read-only": isReadOnly, life: its };
    return [parseTagOf("machine", tag), shown] as const;
  });
  const units = toUnits(storage?.attachments);
  const attachments = { machines: Object.fromEntries(machines), units };
  const entry = {
    ...(info["filesystem-id"] === "" ? {} : { "provider-id": info["filesystem-id"] }),
    ...(storage ? { storage: parseTagOf("storage", storage["storage-tag"]) } : {}),
    ...(machines.length === 0 ? {} : { attachments }),
    ...{ pool: info.pool, size: info.size, life, status: toStatusEntry(status, zone) },
  };
  return [parseTagOf("filesystem", details["filesystem-tag"]), entry];
}

function toStatusEntry({ status, info, since }: StorageDetails["status"], zone: string) {
  const message = info === "" ? {} : { message: info };
  return { current: status, ...message, since: formatSince(since, zone) };
}
