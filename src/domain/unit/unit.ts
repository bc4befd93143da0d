/**
 * Units: instances of an application, each on a machine.
 *
 * A unit runs a charm and is told which one to run: the store says when it is a unit's turn to
 * upgrade. What a hook changed arrives with a sequence number, once and in order, so that a hook
 * that succeeded counts once however often its agent has to say so.
 */
import { Problem } from "#base/problem.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import type { Life } from "../life.ts";

export const resolutions = ["", "retry", "no-retry"] as const;
/** What the operator said of a failed hook: nothing, try it again, or take it as done. */
export type Resolution = (typeof resolutions)[number];

export interface Unit {
  readonly name: string;
  readonly application: string;
  readonly machine: string;
  /** The unit that it stands beside as its subordinate, or empty. */
  readonly principal: string;
  readonly life: Life;
  /** The charm that it runs, or null before it runs any. */
  readonly charm: string | null;
  readonly modifiedVersion: number;
  /** Whether the hooks that follow a new charm have run. */
  readonly isSettled: boolean;
  /** The charm that it is to run. */
  readonly desiredCharm: string;
  readonly desiredModifiedVersion: number;
  readonly isInstalled: boolean;
  readonly resolved: Resolution;
  /** Of the last hook that was committed. */
  readonly sequence: number;
  readonly workloadVersion: string;
  /** What somebody has said of how much it uses, in upper case; empty while nobody has. */
  readonly meterStatus: string;
  readonly meterInfo: string;
}

interface UnitTable {
  readonly model: string;
  readonly name: string;
  readonly application: string;
  readonly machine: string;
  readonly principal: string;
  readonly life: Life;
  readonly charm: string | null;
  readonly modified_version: number;
  readonly settled: number;
  readonly desired_charm: string;
  readonly desired_modified_version: number;
  readonly installed: number;
  readonly resolved: Resolution;
  readonly sequence: number;
  readonly workload_version: string;
  readonly meter_status: string;
  readonly meter_info: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly unit: UnitTable;
  }
}

export type NewUnit = Pick<
  Unit,
  "name" | "application" | "machine" | "principal" | "desiredCharm" | "desiredModifiedVersion"
>;

export async function add(tx: Transaction, unit: NewUnit): Promise<void> {
  const { name, application, machine, principal } = unit;
  await tx
    .insertInto("unit")
    .values({
      ...{ model: tx.model, name, application, machine, principal, life: "alive", charm: null },
      desired_charm: unit.desiredCharm,
      desired_modified_version: unit.desiredModifiedVersion,
      ...{ modified_version: 0, settled: 0, installed: 0, resolved: "", sequence: 0 },
      ...{ workload_version: "", meter_status: "", meter_info: "" },
    })
    .execute();
  await changed(tx, "unit", name);
  await changed(tx, "machine", machine);
}

export async function find(tx: ReadTransaction, name: string): Promise<Unit | undefined> {
  const row = await selectUnits(tx).where("name", "=", name).executeTakeFirst();
  return row && toUnit(row);
}

/** Throws `not found`. */
export async function get(tx: ReadTransaction, name: string): Promise<Unit> {
  const unit = await find(tx, name);
  if (unit === undefined) throw new Problem("not found", `unit "${name}" not found`);
  return unit;
}

/** Which units are meant; without anything, all of them. */
interface Of {
  readonly application?: string;
  readonly machine?: string;
  readonly principal?: string;
}

/** Units of the model in the order of their numbers, those of one application by itself. */
export async function list(tx: ReadTransaction, of: Of = {}): Promise<Unit[]> {
  let query = selectUnits(tx);
  if (of.application !== undefined) query = query.where("application", "=", of.application);
  if (of.machine !== undefined) query = query.where("machine", "=", of.machine);
  if (of.principal !== undefined) query = query.where("principal", "=", of.principal);
  const units = (await query.execute()).map(toUnit);
  return units.toSorted((a, b) => byName(a.name, b.name));
}

/** How many units the model has. */
export async function count(tx: ReadTransaction): Promise<number> {
  const row = await tx
    .selectFrom("unit")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("model", "=", tx.model)
    .executeTakeFirstOrThrow();
  return row.count;
}

/** What the unit shares with those that stand beside it: the name of the one that they all serve. */
export function containerOf({ name, principal }: Pick<Unit, "name" | "principal">): string {
  return principal === "" ? name : principal;
}

/** The application in the name of one of its units. */
export function applicationOf(name: string): string {
  return name.slice(0, name.lastIndexOf("/"));
}

/** `mysql/2` comes before `mysql/10`. */
function byName(a: string, b: string): number {
  const [one = "", oneNumber] = a.split("/");
  const [other = "", otherNumber] = b.split("/");
  if (one !== other) return one < other ? -1 : 1;
  return Number(oneNumber) - Number(otherNumber);
}

export type UnitChange = Partial<
  Pick<
    Unit,
    | "charm"
    | "desiredCharm"
    | "desiredModifiedVersion"
    | "isInstalled"
    | "isSettled"
    | "life"
    | "meterInfo"
    | "meterStatus"
    | "modifiedVersion"
    | "resolved"
    | "workloadVersion"
  >
>;

export async function change(tx: Transaction, name: string, to: UnitChange): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable("unit")
    .set(toColumns(to))
    .where("model", "=", tx.model)
    .where("name", "=", name)
    .executeTakeFirst();
  if (numUpdatedRows) await changed(tx, "unit", name);
}

/** Tells nobody: the number says nothing to anybody but whoever commits next. */
export async function setSequence(tx: Transaction, name: string, sequence: number): Promise<void> {
  await tx
    .updateTable("unit")
    .set({ sequence })
    .where("model", "=", tx.model)
    .where("name", "=", name)
    .execute();
}

/** Forgets a unit. The machine that it was on hears of it. */
export async function remove(tx: Transaction, { name, machine }: Unit): Promise<void> {
  await tx.deleteFrom("unit").where("model", "=", tx.model).where("name", "=", name).execute();
  await changed(tx, "unit", name);
  await changed(tx, "machine", machine);
}

function selectUnits(tx: ReadTransaction) {
  return tx.selectFrom("unit").selectAll().where("model", "=", tx.model);
}

function toUnit(row: UnitTable): Unit {
  const { name, application, machine, principal, life, charm, resolved, sequence } = row;
  return {
    ...{ name, application, machine, principal, life, charm, resolved, sequence },
    modifiedVersion: row.modified_version,
    isSettled: row.settled === 1,
    desiredCharm: row.desired_charm,
    desiredModifiedVersion: row.desired_modified_version,
    isInstalled: row.installed === 1,
    workloadVersion: row.workload_version,
    meterStatus: row.meter_status,
    meterInfo: row.meter_info,
  };
}

function toColumns(to: UnitChange): Partial<UnitTable> {
  const columns = {
    charm: to.charm,
    desired_charm: to.desiredCharm,
    desired_modified_version: to.desiredModifiedVersion,
    installed: to.isInstalled === undefined ? undefined : Number(to.isInstalled),
    settled: to.isSettled === undefined ? undefined : Number(to.isSettled),
    life: to.life,
    modified_version: to.modifiedVersion,
    resolved: to.resolved,
    workload_version: to.workloadVersion,
    meter_status: to.meterStatus,
    meter_info: to.meterInfo,
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}
