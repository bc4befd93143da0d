/**
 * Storage constraints: how much of what an application's units are to have, store by store.
 *
 * What nobody says follows from the charm and the model: the pool that is the default, the size that
 * the charm needs at least or 1 GiB, and as many as the charm cannot be without.
 */
import type { Charm } from "#charm/charm.ts";
import type { Storage } from "#charm/storage.ts";
import { checkRequest, completeRequest, getStore } from "#charm/storage-request.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as model from "../model/model.ts";
import * as pool from "./pool.ts";

/** What somebody asks for; what is left out follows. */
export interface Directive {
  readonly pool?: string | undefined;
  readonly size?: number | undefined;
  readonly count?: number | undefined;
}
export type Directives = Readonly<Record<string, Directive>>;

export interface Constraint {
  readonly pool: string;
  readonly sizeMib: number;
  readonly count: number;
}
export type Constraints = Readonly<Record<string, Constraint>>;

interface ConstraintTable {
  readonly model: string;
  readonly application: string;
  readonly store: string;
  readonly pool: string;
  readonly size_mib: number;
  readonly count: number;
}

declare module "#store/database.ts" {
  interface Database {
    readonly storage_constraint: ConstraintTable;
  }
}

/** Those of an application, by store. */
export async function listOf(tx: ReadTransaction, application: string): Promise<Constraints> {
  const rows = await tx
    .selectFrom("storage_constraint")
    .select(["store", "pool", "size_mib", "count"])
    .where("model", "=", tx.model)
    .where("application", "=", application)
    .orderBy("store")
    .execute();
  return Object.fromEntries(
    rows.map(({ store, pool: name, size_mib: sizeMib, count }) => [
      store,
      { pool: name, sizeMib, count },
    ]),
  );
}

export async function save(tx: Transaction, application: string, to: Constraints): Promise<void> {
  await removeOf(tx, application);
  const rows = Object.entries(to).map(([store, { pool: name, sizeMib, count }]) => ({
    ...{ model: tx.model, application, store, pool: name, size_mib: sizeMib, count },
  }));
  if (rows.length > 0) await tx.insertInto("storage_constraint").values(rows).execute();
  await changed(tx, "application", application);
}

export async function removeOf(tx: Transaction, application: string): Promise<void> {
  await tx
    .deleteFrom("storage_constraint")
    .where("model", "=", tx.model)
    .where("application", "=", application)
    .execute();
}

/**
 * What units of the charm are to have, store by store. Throws `not valid` and `not supported`, with
 * Juju's texts where it has them, for what the charm does not allow or the cloud does not have.
 */
export async function complete(
  tx: ReadTransaction,
  charm: Charm,
  given: Directives,
): Promise<Constraints> {
  const { name, storage } = charm.metadata;
  for (const store of Object.keys(given)) getStore(charm.metadata, store);
  const asked = new Map(Object.entries(given));
  const completed: Record<string, Constraint> = {};
  for (const store of Object.values(storage)) {
    const constraint = await completeOne(tx, store, asked.get(store.name));
    checkRequest(`charm "${name}" store "${store.name}"`, store, constraint);
    completed[store.name] = constraint;
  }
  return completed;
}

/** What follows of a directive for a store. Throws `not found` for a pool that there is not. */
export async function completeOne(
  tx: ReadTransaction,
  store: Storage,
  given: Directive | undefined,
): Promise<Constraint> {
  const name = given?.pool || (await findDefaultPool(tx));
  const constraint = { pool: name, ...completeRequest(store, given) };
  if (constraint.count > 0) await pool.get(tx, constraint.pool);
  return constraint;
}

async function findDefaultPool(tx: ReadTransaction): Promise<string> {
  const settings = await model.getSettings(tx);
  return String(settings["storage-default-filesystem-source"] || pool.defaultPool);
}
