/**
 * Statuses: what each entity last said of itself, and since when.
 *
 * A status that is said again keeps its time, so that "since" means since it has been so. A new one is
 * noted in the history as well, in the same transaction.
 */
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as history from "./history.ts";

export interface Status {
  readonly status: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly since: string;
}

interface StatusTable {
  readonly model: string;
  readonly entity: string;
  readonly status: string;
  readonly message: string;
  readonly data: string;
  readonly since: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly status: StatusTable;
  }
}

/** What can have a status. A unit has two: its agent's and its workload's. */
export const entities = {
  machineAgent: (id: string) => `machine:${id}`,
  instance: (id: string) => `instance:${id}`,
  unitAgent: (name: string) => `agent:${name}`,
  workload: (name: string) => `workload:${name}`,
  application: (name: string) => `application:${name}`,
  filesystem: (id: string) => `filesystem:${id}`,
};

const messageLengthMax = 10_000;

export interface NewStatus {
  readonly entity: string;
  readonly status: string;
  readonly message?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly now: Temporal.Instant;
}

export async function set(tx: Transaction, { entity, status, ...rest }: NewStatus): Promise<void> {
  const { message = "", data = {}, now } = rest;
  const row = { status, message: message.slice(0, messageLengthMax), data: JSON.stringify(data) };
  const before = await tx
    .selectFrom("status")
    .select(["status", "message", "data"])
    .where("model", "=", tx.model)
    .where("entity", "=", entity)
    .executeTakeFirst();
  if (before && isSame(before, row)) return;
  const since = now.toString();
  await tx
    .insertInto("status")
    .values({ model: tx.model, entity, ...row, since })
    .onConflict((conflict) => conflict.columns(["model", "entity"]).doUpdateSet({ ...row, since }))
    .execute();
  await history.add(tx, { entity, ...row, now });
  await changed(tx, "status", entity);
}

type Said = Pick<StatusTable, "status" | "message" | "data">;

function isSame(a: Said, b: Said): boolean {
  return a.status === b.status && a.message === b.message && a.data === b.data;
}

export async function find(tx: ReadTransaction, entity: string): Promise<Status | undefined> {
  const row = await tx
    .selectFrom("status")
    .select(["status", "message", "data", "since"])
    .where("model", "=", tx.model)
    .where("entity", "=", entity)
    .executeTakeFirst();
  return row && { ...row, data: JSON.parse(row.data) };
}

/** Every status of the model, by entity. */
export async function listAll(tx: ReadTransaction): Promise<Map<string, Status>> {
  const rows = await tx
    .selectFrom("status")
    .select(["entity", "status", "message", "data", "since"])
    .where("model", "=", tx.model)
    .execute();
  return new Map(
    rows.map(({ entity, ...row }) => [entity, { ...row, data: JSON.parse(row.data) }]),
  );
}

export async function remove(tx: Transaction, names: readonly string[]): Promise<void> {
  await tx
    .deleteFrom("status")
    .where("model", "=", tx.model)
    .where("entity", "in", [...names])
    .execute();
  await history.remove(tx, names);
}
