/** Ports: what units have asked to be open, for one endpoint or, under an empty name, for all. */
import { Problem } from "#base/problem.ts";
import {
  formatPortRange,
  isSamePortRange,
  type PortRange,
  refuseManyPorts,
  refusePortConflict,
} from "#charm/port-range.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";

interface PortTable {
  readonly model: string;
  readonly unit: string;
  readonly endpoint: string;
  readonly protocol: string;
  readonly from_port: number;
  readonly to_port: number;
}

declare module "#store/database.ts" {
  interface Database {
    readonly port: PortTable;
  }
}

const portMax = 65_535;

/**
 * Opens a range. Opening it again is harmless. Throws `not valid` for a range that there is not, or
 * that overlaps with another of the unit's.
 */
export async function open(tx: Transaction, unit: string, range: PortRange): Promise<void> {
  refuseImpossible(range);
  const present = await list(tx, unit);
  if (present.some((each) => isSamePortRange(each, range))) return;
  refusePortConflict(unit, range, present);
  refuseManyPorts(unit, range, present);
  const { endpoint, protocol, from, to } = range;
  await tx
    .insertInto("port")
    .values({ model: tx.model, unit, endpoint, protocol, from_port: from, to_port: to })
    .execute();
  await changed(tx, "port", unit);
}

/** Closes a range. One that is not open is no error. */
export async function close(tx: Transaction, unit: string, range: PortRange): Promise<void> {
  const { numDeletedRows } = await tx
    .deleteFrom("port")
    .where("model", "=", tx.model)
    .where("unit", "=", unit)
    .where("endpoint", "=", range.endpoint)
    .where("protocol", "=", range.protocol)
    .where("from_port", "=", range.from)
    .where("to_port", "=", range.to)
    .executeTakeFirst();
  if (numDeletedRows) await changed(tx, "port", unit);
}

export async function closeAll(tx: Transaction, unit: string): Promise<void> {
  await tx.deleteFrom("port").where("model", "=", tx.model).where("unit", "=", unit).execute();
}

/** The unit's ranges, in the order of their ports. */
export async function list(tx: ReadTransaction, unit: string): Promise<PortRange[]> {
  const rows = await selectPorts(tx).where("unit", "=", unit).execute();
  return rows.map(toRange);
}

/** Every unit's ranges. */
export async function listAll(tx: ReadTransaction): Promise<Map<string, PortRange[]>> {
  const rows = await selectPorts(tx).execute();
  const byUnit = [...Map.groupBy(rows, ({ unit }) => unit)];
  return new Map(byUnit.map(([unit, its]) => [unit, its.map(toRange)]));
}

function selectPorts(tx: ReadTransaction) {
  return tx
    .selectFrom("port")
    .select(["unit", "endpoint", "protocol", "from_port", "to_port"])
    .where("model", "=", tx.model)
    .orderBy("unit")
    .orderBy("protocol")
    .orderBy("from_port");
}

function toRange({ endpoint, protocol, ...row }: Omit<PortTable, "model">): PortRange {
  return { endpoint, protocol, from: row.from_port, to: row.to_port };
}

function refuseImpossible(range: PortRange): void {
  const { protocol, from, to } = range;
  const isKnown = ["tcp", "udp", "icmp"].includes(protocol);
  const hasPorts = protocol === "icmp" || (from >= 1 && to <= portMax && from <= to);
  if (isKnown && hasPorts) return;
  throw new Problem("not valid", `invalid port range ${formatPortRange(range)}`);
}
