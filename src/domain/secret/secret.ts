/**
 * Secrets: texts that a unit, an application or a user keeps with the controller, for some to read.
 *
 * A secret has revisions. Each that is made is the latest from then on, while whoever reads the secret
 * goes on with the one that they began with until they ask for a newer one. Contents arrive here
 * sealed, so that nothing in the database, and nobody who reads it, knows them.
 *
 * What changes of a secret is told under its id and under its owner, for those who wait for news of
 * either.
 */
import { Problem } from "#base/problem.ts";
import type { Rotation } from "#charm/secret.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";

export interface Owner {
  /** Of the model are those that users make. */
  readonly kind: "application" | "unit" | "model";
  /** Of the application or unit; empty for the model. */
  readonly name: string;
}

export interface Secret {
  readonly id: string;
  readonly owner: Owner;
  /** What its owner calls it, or empty. */
  readonly label: string;
  readonly description: string;
  readonly rotation: Rotation;
  /** When it is to be rotated next. */
  readonly rotates: string | null;
  /** Whether revisions go as soon as nobody reads them. */
  readonly isAutoPruned: boolean;
  /** The latest revision; the first is 1. */
  readonly latest: number;
  readonly created: string;
  readonly updated: string;
}

interface SecretTable {
  readonly model: string;
  readonly id: string;
  readonly owner_kind: Owner["kind"];
  readonly owner: string;
  readonly label: string;
  readonly description: string;
  readonly rotation: Rotation;
  readonly rotates: string | null;
  readonly auto_prune: number;
  readonly latest: number;
  readonly created: string;
  readonly updated: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly secret: SecretTable;
  }
}

export type NewSecret = Omit<Secret, "latest" | "created" | "updated"> & {
  readonly now: Temporal.Instant;
};

/** It has no revision yet. Throws `already exists` for an id or a label that is taken. */
export async function add(tx: Transaction, added: NewSecret): Promise<void> {
  const { id, owner, label, description, rotation, rotates, isAutoPruned } = added;
  await refuseTakenLabel(tx, owner, label);
  const now = added.now.toString();
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto("secret")
    .values({
      ...{ model: tx.model, id, owner_kind: owner.kind, owner: owner.name, label, description },
      ...{ rotation, rotates, auto_prune: Number(isAutoPruned), latest: 0 },
      ...{ created: now, updated: now },
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (!numInsertedOrUpdatedRows) {
    throw new Problem("already exists", `secret "${id}" already exists`);
  }
  await tell(tx, { id, owner });
}

export async function find(tx: ReadTransaction, id: string): Promise<Secret | undefined> {
  const row = await selectSecrets(tx).where("id", "=", id).executeTakeFirst();
  return row && toSecret(row);
}

/** Throws `not found`. */
export async function get(tx: ReadTransaction, id: string): Promise<Secret> {
  const found = await find(tx, id);
  if (found === undefined) throw notFound(id);
  return found;
}

export function notFound(id: string): Problem {
  return new Problem("not found", `secret "${id}" not found`);
}

/** Every secret of the model, or of one owner, the oldest first. */
export async function list(tx: ReadTransaction, owner?: Owner): Promise<Secret[]> {
  let query = selectSecrets(tx);
  if (owner) query = query.where("owner_kind", "=", owner.kind).where("owner", "=", owner.name);
  const rows = await query.orderBy("created").orderBy("id").execute();
  return rows.map(toSecret);
}

/** What is undefined fits everything. */
interface Fitting {
  readonly id: string | undefined;
  readonly label: string | undefined;
  readonly owner: Owner | undefined;
  readonly max: number;
}

/** Those that fit, oldest first, and of these `max` at most. */
export async function listFitting(
  tx: ReadTransaction,
  { id, label, owner, max }: Fitting,
): Promise<Secret[]> {
  let query = selectSecrets(tx);
  if (owner) query = query.where("owner_kind", "=", owner.kind).where("owner", "=", owner.name);
  if (id !== undefined) query = query.where("id", "=", id);
  if (label !== undefined) query = query.where("label", "=", label);
  const rows = await query.orderBy("created").orderBy("id").limit(max).execute();
  return rows.map(toSecret);
}

/** Every secret of these owners, the oldest first. */
export async function listOfEither(
  tx: ReadTransaction,
  owners: readonly Owner[],
): Promise<Secret[]> {
  const rows = await selectSecrets(tx)
    .where(({ eb, or }) =>
      or(owners.map(({ kind, name }) => eb("owner_kind", "=", kind).and(eb("owner", "=", name)))),
    )
    .orderBy("created")
    .orderBy("id")
    .execute();
  return rows.map(toSecret);
}

/** How many there are in all models; in the scope of the controller. */
export async function countAll(tx: ReadTransaction): Promise<number> {
  const row = await tx
    .selectFrom("secret")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** The one that its owner calls so. */
export async function findLabelled(
  tx: ReadTransaction,
  { kind, name }: Owner,
  label: string,
): Promise<Secret | undefined> {
  if (label === "") return undefined;
  const row = await selectSecrets(tx)
    .where("owner_kind", "=", kind)
    .where("owner", "=", name)
    .where("label", "=", label)
    .executeTakeFirst();
  return row && toSecret(row);
}

async function refuseTakenLabel(tx: Transaction, owner: Owner, label: string): Promise<void> {
  if ((await findLabelled(tx, owner, label)) === undefined) return;
  const what = owner.kind === "model" ? "name" : "label";
  throw new Problem("already exists", `secret with ${what} "${label}" already exists`);
}

export interface SecretChange {
  readonly label?: string | undefined;
  readonly description?: string | undefined;
  readonly rotation?: Rotation | undefined;
  readonly rotates?: string | null | undefined;
  readonly isAutoPruned?: boolean | undefined;
}

/** Throws `already exists` for a label that another secret of the owner has. */
export async function change(
  tx: Transaction,
  { id, owner, label }: Secret,
  { now, ...to }: SecretChange & { readonly now: Temporal.Instant },
): Promise<void> {
  if (to.label !== undefined && to.label !== label) await refuseTakenLabel(tx, owner, to.label);
  const columns = {
    ...{ label: to.label, description: to.description },
    ...{ rotation: to.rotation, rotates: to.rotates },
    auto_prune: to.isAutoPruned === undefined ? undefined : Number(to.isAutoPruned),
    updated: now.toString(),
  };
  const given = Object.entries(columns).filter(([, value]) => value !== undefined);
  await tx
    .updateTable("secret")
    .set(Object.fromEntries(given) as Partial<SecretTable>)
    .where("model", "=", tx.model)
    .where("id", "=", id)
    .execute();
  await tell(tx, { id, owner });
}

/** The secret goes with everything that is known of it. Throws `not found`. */
export async function remove(tx: Transaction, id: string): Promise<void> {
  const { owner } = await get(tx, id);
  for (const table of ["secret_revision", "secret_grant", "secret_consumer"] as const) {
    await tx.deleteFrom(table).where("model", "=", tx.model).where("secret", "=", id).execute();
  }
  await tx.deleteFrom("secret").where("model", "=", tx.model).where("id", "=", id).execute();
  await tell(tx, { id, owner });
}

/** Whoever waits for news of the secret, or of any secret of its owner, looks again. */
export async function tell(
  tx: Transaction,
  { id, owner }: Pick<Secret, "id" | "owner">,
): Promise<void> {
  await changed(tx, "secret", id);
  await changed(tx, "secret", topicOf(owner));
}

/** Under what is told that an owner's secrets have changed; no secret has such an id. */
export function topicOf({ kind, name }: Owner): string {
  return `${kind} ${name}`;
}

function selectSecrets(tx: ReadTransaction) {
  return tx.selectFrom("secret").selectAll().where("model", "=", tx.model);
}

function toSecret(row: SecretTable): Secret {
  const { id, label, description, rotation, rotates, latest, created, updated } = row;
  return {
    ...{ id, label, description, rotation, rotates, latest, created, updated },
    owner: { kind: row.owner_kind, name: row.owner },
    isAutoPruned: row.auto_prune === 1,
  };
}
