/** Storage as people read it: Juju's tables. */
import { sortNaturally } from "../status/natural.ts";
import type { Table } from "../table.ts";
import type { FilesystemEntry, StorageDocument } from "./document.ts";

/** Each unit's storage, and after that what no unit has. */
export function storageTable({ storage = {}, filesystems = {} }: StorageDocument): Table {
  const held = new Map(Object.values(filesystems).map((each) => [each.storage, each]));
  const rows = Object.entries(storage).flatMap(([id, { kind, status, attachments }]) => {
    const { pool = "", size } = held.get(id) ?? {};
    const rest = [id, kind, pool, formatSize(size), status.current, status.message ?? ""];
    return unitsOf(attachments?.units).map((unit) => [unit, ...rest]);
  });
  return {
    columns: ["Unit", "Storage ID", "Type", "Pool", "Size", "Status", "Message"],
    rows: sorted(rows),
  };
}

/** The same as a part of a status, with where it is. */
export function storageSection(document: StorageDocument): Table {
  const { columns, rows } = storageTable(document);
  const places = document.storage ?? {};
  return {
    columns: ["Storage Unit", ...columns.slice(1, 4), "Mountpoint", ...columns.slice(4)],
    rows: rows.map((row) => {
      const [unit = "", id = ""] = row as string[];
      const { location = "" } = places[id]?.attachments?.units[unit] ?? {};
      return [...row.slice(0, 4), location, ...row.slice(4)];
    }),
  };
}

export function filesystemTable({ filesystems = {} }: StorageDocument): Table {
  const rows = Object.entries(filesystems).map(([id, each]) => {
    const [machine = "", point] = Object.entries(each.attachments?.machines ?? {})[0] ?? [];
    const [unit = ""] = Object.keys(each.attachments?.units ?? {});
    return [
      ...[machine, unit, each.storage ?? "", id, "", each["provider-id"] ?? ""],
      ...[point?.["mount-point"] ?? "", formatSize(each.size)],
      ...[each.status.current, each.status.message ?? ""],
    ];
  });
  return {
    columns: [
      ...["Machine", "Unit", "Storage ID", "ID", "Volume", "Provider ID", "Mountpoint"],
      ...["Size", "State", "Message"],
    ],
    rows: sorted(rows),
  };
}

function unitsOf(units: Readonly<Record<string, unknown>> = {}): readonly string[] {
  const names = Object.keys(units);
  return names.length === 0 ? [""] : names;
}

/** By whose it is and which it is; what is nobody's comes last. */
function sorted(rows: readonly (readonly string[])[]): (readonly string[])[] {
  const [of, free] = [
    rows.filter(([first]) => first !== ""),
    rows.filter(([first]) => first === ""),
  ];
  return [of, free].flatMap((some) => sortNaturally(some, (cells) => cells.join(" ")));
}

/** As in `34 MiB` or `1.0 GiB`. */
function formatSize(mebibytes: FilesystemEntry["size"] | undefined): string {
  if (mebibytes === undefined) return "";
  const units = ["MiB", "GiB", "TiB", "PiB", "EiB"];
  const power = Math.min(Math.floor(Math.log2(Math.max(mebibytes, 1)) / 10), units.length - 1);
  const amount = mebibytes / 1024 ** power;
  return `${amount < 10 ? amount.toFixed(1) : amount.toFixed(0)} ${units[power]}`;
}
