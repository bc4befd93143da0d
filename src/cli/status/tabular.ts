/**
 * The status that people read: tables of the model, its applications, units and machines.
 *
 * The layout is Juju's 3.6, to the letter, since people and scripts know it.
 */
import type { FullStatus } from "#contract/client.ts";
import { parseTagOf } from "#contract/tags.ts";
import { type StorageLists, toStorageDocument } from "../storage/document.ts";
import { storageSection } from "../storage/tables.ts";
import { formatTable, type Table } from "../table.ts";
import { applicationTable } from "./application-table.ts";
import { colored, plain, toMessage } from "./cells.ts";
import { machineTable } from "./machine-table.ts";
import { meterTable } from "./meter-table.ts";
import { relationTable } from "./relation-table.ts";
import { formatTimeOfDay } from "./times.ts";
import { unitTable } from "./unit-table.ts";

export interface TabularOptions {
  /** The controller's name, as the client knows it. */
  readonly controller: string;
  /** An IANA zone, or "UTC". */
  readonly zone: string;
  readonly showRelations: boolean;
  readonly color: boolean;
}

/** The tables that have rows, with an empty line after each, the last included. */
export function formatTabular(status: FullStatus, options: TabularOptions): string {
  const paint = options.color ? colored : plain;
  const tables = [
    modelTable(status, options),
    applicationTable(status, paint),
    unitTable(status, paint),
    meterTable(status),
    machineTable(status, paint),
    ...(options.showRelations ? [relationTable(status)] : []),
    storageSection(toStorageDocument(status as StorageLists, options.zone)),
  ];
  const shown = tables.filter(({ rows }) => rows.length > 0);
  return `${shown.map(({ columns, rows }) => formatTable(columns, rows)).join("\n\n")}\n\n`;
}

function modelTable(status: FullStatus, { controller, zone }: TabularOptions): Table {
  const { name, version, sla, ...model } = status.model;
  const time = formatTimeOfDay(status["controller-timestamp"], zone);
  const notes = [toNotes(status.model)].filter(Boolean);
  const cloud = [parseTagOf("cloud", model["cloud-tag"]), model.region].filter(Boolean).join("/");
  return {
    columns: [
      ...["Model", "Controller", "Cloud/Region", "Version", "SLA", "Timestamp"],
      ...notes.map(() => "Notes"),
    ],
    rows: [[name, controller, cloud, version, sla, time, ...notes]],
  };
}

function toNotes(model: FullStatus["model"]): string {
  const available = model["available-version"];
  const upgrade = available === "" ? "" : `upgrade available: ${available}`;
  return toMessage(model["model-status"].info || upgrade);
}

/** What standard error says when there is nothing to show, or undefined if there is something. */
export function emptyNote(
  status: FullStatus,
  { owner, patterns }: { readonly owner: string; readonly patterns: readonly string[] },
): string | undefined {
  const { machines, applications, offers, "remote-applications": remote } = status;
  const content = { ...machines, ...applications, ...offers, ...remote };
  if (Object.keys(content).length > 0) return undefined;
  if (patterns.length === 0) return `Model "${owner}/${status.model.name}" is empty.`;
  return `Nothing matched specified filter${patterns.length > 1 ? "s" : ""}.`;
}
