/**
 * Relations: what applications tell each other.
 *
 * A relation that dies waits until every unit has left (`membership.ts`).
 */
import { Problem } from "#base/problem.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import type { Life } from "../life.ts";
import * as sequence from "../sequence/sequence.ts";
import { type Endpoint, formatEndpoint, inKeyOrder, toKey } from "./endpoints.ts";
import { suspensions } from "./first-version.ts";

export interface Relation {
  readonly id: number;
  readonly key: string;
  readonly life: Life;
  readonly interface: string;
  readonly scope: Endpoint["scope"];
  readonly since: string;
  /** One for a relation among peers, otherwise two. */
  readonly endpoints: readonly Endpoint[];
  /** Whether it is over for the charms, and kept. */
  readonly isSuspended: boolean;
  readonly suspendedReason: string;
}

interface RelationTable {
  readonly model: string;
  readonly id: number;
  readonly key: string;
  readonly life: Life;
  readonly since: string;
  readonly endpoints: string;
  readonly suspended: number;
  readonly suspended_reason: string;
}

interface RelationEndpointTable {
  readonly model: string;
  readonly relation: number;
  readonly application: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly relation: RelationTable;
    readonly relation_endpoint: RelationEndpointTable;
  }
}

/** Throws `already exists`, and `quota limit exceeded` when an endpoint may have no more. */
export async function add(
  tx: Transaction,
  endpoints: readonly Endpoint[],
  now: Temporal.Instant,
): Promise<Relation> {
  const key = toKey(endpoints);
  const present = await findByKey(tx, key);
  if (present) {
    const reason = present.life === "alive" ? "already exists" : "is dying, but not yet removed";
    throw new Problem("already exists", `cannot add relation "${key}": relation ${key} ${reason}`);
  }
  for (const endpoint of endpoints) await refuseOverLimit(tx, endpoint, key);
  const id = await sequence.take(tx, "relation");
  const ordered = JSON.stringify(inKeyOrder(endpoints));
  await tx
    .insertInto("relation")
    .values({
      ...{ model: tx.model, id, key, life: "alive", since: now.toString(), endpoints: ordered },
      ...{ suspended: suspensions.never, suspended_reason: "" },
    })
    .execute();
  const rows = endpoints.map(({ application }) => ({ model: tx.model, relation: id, application }));
  await tx.insertInto("relation_endpoint").values(rows).execute();
  await changed(tx, "relation", `${id}`);
  for (const { application } of endpoints) await changed(tx, "application", application);
  return get(tx, id);
}

async function refuseOverLimit(tx: Transaction, endpoint: Endpoint, key: string): Promise<void> {
  const { limit, application, name } = endpoint;
  if (limit === 0) return;
  const present = (await listOf(tx, application)).filter((relation) =>
    relation.endpoints.some((each) => each.application === application && each.name === name),
  );
  if (present.length < limit) return;
  const reason = `establishing a new relation for ${formatEndpoint(endpoint)} would exceed its maximum relation limit of ${limit}`;
  throw new Problem("quota limit exceeded", `cannot add relation "${key}": ${reason}`);
}

export async function find(tx: ReadTransaction, id: number): Promise<Relation | undefined> {
  const row = await selectRelations(tx).where("id", "=", id).executeTakeFirst();
  return row && toRelation(row);
}

/** Throws `not found`. */
export async function get(tx: ReadTransaction, id: number): Promise<Relation> {
  const relation = await find(tx, id);
  if (relation === undefined) throw new Problem("not found", `relation ${id} not found`);
  return relation;
}

export async function findByKey(tx: ReadTransaction, key: string): Promise<Relation | undefined> {
  const row = await selectRelations(tx).where("key", "=", key).executeTakeFirst();
  return row && toRelation(row);
}

export async function list(tx: ReadTransaction): Promise<Relation[]> {
  const rows = await selectRelations(tx).orderBy("id").execute();
  return rows.map(toRelation);
}

/** Those that the application takes part in. */
export async function listOf(tx: ReadTransaction, application: string): Promise<Relation[]> {
  const rows = await selectRelations(tx)
    .where(
      "id",
      "in",
      tx
        .selectFrom("relation_endpoint")
        .select("relation")
        .where("model", "=", tx.model)
        .where("application", "=", application),
    )
    .orderBy("id")
    .execute();
  return rows.map(toRelation);
}

export async function setLife(tx: Transaction, id: number, life: Life): Promise<void> {
  await tx
    .updateTable("relation")
    .set({ life })
    .where("model", "=", tx.model)
    .where("id", "=", id)
    .execute();
  await changed(tx, "relation", `${id}`);
}

export async function remove(tx: Transaction, { id, endpoints }: Relation): Promise<void> {
  for (const table of ["relation_member", "relation_endpoint"] as const) {
    await tx.deleteFrom(table).where("model", "=", tx.model).where("relation", "=", id).execute();
  }
  await tx.deleteFrom("relation").where("model", "=", tx.model).where("id", "=", id).execute();
  await changed(tx, "relation", `${id}`);
  for (const { application } of endpoints) await changed(tx, "application", application);
}

function selectRelations(tx: ReadTransaction) {
  return tx
    .selectFrom("relation")
    .select(["id", "key", "life", "since", "endpoints", "suspended", "suspended_reason"])
    .where("model", "=", tx.model);
}

function toRelation(row: Omit<RelationTable, "model">): Relation {
  const { suspended, suspended_reason: suspendedReason, ...rest } = row;
  const endpoints: readonly Endpoint[] = JSON.parse(row.endpoints);
  const [first] = endpoints;
  if (first === undefined) throw new Error(`relation ${row.id} has no endpoints`);
  const scope = endpoints.some((each) => each.scope === "container") ? "container" : "global";
  const known = { isSuspended: suspended === suspensions.suspended, suspendedReason };
  return { ...rest, endpoints, interface: first.interface, scope, ...known };
}
