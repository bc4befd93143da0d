/**
 * Storage constraints: how much of what an application's units are to have, store by store.
 *
 * What nobody says follows from the charm and the model: the pool that is the default, the size that
 * the charm needs at least or 1 GiB, and as many as the charm cannot be without.
 */
import { Problem } from "#base/problem.ts";
import type { Charm } from "#charm/charm.ts";
import type { Storage } from "#charm/storage.ts";
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

const defaultSizeMib = 1024;
/** How many instances of one store a unit has at most, where the charm names no bound. */
const countMax = 100;

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
  for (const store of Object.keys(given)) getStore(charm, store);
  const asked = new Map(Object.entries(given));
  const completed: Record<string, Constraint> = {};
  for (const store of Object.values(storage)) {
    const constraint = await completeOne(tx, store, asked.get(store.name));
    check(`charm "${name}" store "${store.name}"`, store, constraint);
    completed[store.name] = constraint;
  }
  return completed;
}

/** Throws `not valid`, with Juju's text, for a store that the charm does not have. */
export function getStore({ metadata: { name, storage } }: Charm, store: string): Storage {
  const found = Object.hasOwn(storage, store) ? storage[store] : undefined;
  if (found) return found;
  throw new Problem("not valid", `charm "${name}" has no store called "${store}"`);
}

/** Who asks for storage without a number wants one; who does not ask gets what must be. */
export async function completeOne(
  tx: ReadTransaction,
  store: Storage,
  given: Directive | undefined,
): Promise<Constraint> {
  const { pool: name, size, count } = given ?? {};
  const constraint = {
    pool: name || (await findDefaultPool(tx)),
    sizeMib: size || store.sizeMinMib || defaultSizeMib,
    count: count ?? (given ? Math.max(store.countMin, 1) : store.countMin),
  };
  if (constraint.count > 0) await pool.get(tx, constraint.pool);
  return constraint;
}

async function findDefaultPool(tx: ReadTransaction): Promise<string> {
  const settings = await model.getSettings(tx);
  return String(settings["storage-default-filesystem-source"] || pool.defaultPool);
}

/** Throws `not valid` and `not supported`, with Juju's texts where it has them. */
export function check(
  subject: string,
  store: Storage,
  { count, sizeMib }: Pick<Constraint, "count" | "sizeMib">,
): void {
  checkCount(subject, store, count);
  if (count === 0) return;
  if (store.type === "block") {
    const reason = "block devices are not supported on the local cloud, which has filesystems only";
    throw new Problem("not supported", `${subject}: ${reason}`);
  }
  if (store.shared) {
    throw new Problem("not supported", `${subject}: shared storage support not implemented`);
  }
  if (sizeMib < store.sizeMinMib) {
    const message = `minimum storage size is ${store.sizeMinMib} MiB, ${sizeMib} MiB specified`;
    throw new Problem("not valid", `${subject}: ${message}`);
  }
}

/** More or fewer instances than the charm allows. */
function checkCount(subject: string, store: Storage, count: number): void {
  const { countMin: least, countMax: most } = store;
  const refuse = (reason: string): never => {
    throw new Problem("not valid", `${subject}: ${reason}`);
  };
  if (!Number.isSafeInteger(count) || count < 0) refuse(`${count} instances cannot be`);
  if (least === 1 && most === 1 && count !== 1) refuse(`storage is singular, ${count} specified`);
  if (count < least) refuse(`${least} instances required, ${count} specified`);
  if (most !== -1 && count > most)
    refuse(`at most ${most} instances supported, ${count} specified`);
  if (count > countMax) refuse(`a unit has at most ${countMax} instances, ${count} specified`);
}
