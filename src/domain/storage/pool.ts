/**
 * Storage pools: the names under which storage can be asked for, each of one provider.
 *
 * `local` keeps data in a folder of the cloud's, where it outlives units and machines. `rootfs` is a
 * folder of the machine's own and `tmpfs` its memory; both go with the unit that has them. Each
 * provider is a pool of the same name, and the operator may make others.
 */
import { Problem } from "#base/problem.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";

const providers = ["local", "rootfs", "tmpfs"] as const;
export type StorageProvider = (typeof providers)[number];

/** Where data goes when nobody says. */
export const defaultPool = "local";

export interface Pool {
  readonly name: string;
  readonly provider: StorageProvider;
  readonly attributes: Readonly<Record<string, string>>;
}

interface PoolTable {
  readonly model: string;
  readonly name: string;
  readonly provider: StorageProvider;
  readonly attributes: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly storage_pool: PoolTable;
  }
}

const poolsMax = 1000;
const attributesLengthMax = 10_000;
const namePattern = /^[a-zA-Z][a-zA-Z0-9]*(?:-[a-zA-Z0-9]*[a-zA-Z0-9])*$/;

/** Whether its data can be taken from one unit and given to another. */
export function isDetachable(provider: StorageProvider): boolean {
  return provider === "local";
}

/** Every pool of the model, those that are always there included, in the order of their names. */
export async function list(tx: ReadTransaction): Promise<Pool[]> {
  const rows = await selectPools(tx).execute();
  const builtIn = providers.map((name) => ({ name, provider: name, attributes: {} }));
  return [...builtIn, ...rows.map(toPool)].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Throws `not found`. */
export async function get(tx: ReadTransaction, name: string): Promise<Pool> {
  const provider = providers.find((each) => each === name);
  if (provider) return { name, provider, attributes: {} };
  const row = await selectPools(tx).where("name", "=", name).executeTakeFirst();
  if (row) return toPool(row);
  throw new Problem("not found", `pool "${name}" not found`);
}

export interface PoolChange {
  readonly name: string;
  readonly provider: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Throws `not valid`, `already exists` and `not supported`. */
export async function create(tx: Transaction, { name, ...rest }: PoolChange): Promise<void> {
  if (!namePattern.test(name)) throw new Problem("not valid", `pool name "${name}" is not valid`);
  const provider = toProvider(rest.provider);
  const attributes = toAttributes(rest.attributes);
  const present = await list(tx);
  if (present.some((each) => each.name === name)) {
    throw new Problem(
      "already exists",
      `cannot create pool "${name}": storage pool already exists`,
    );
  }
  if (present.length >= poolsMax) {
    throw new Problem("quota limit exceeded", `a model has at most ${poolsMax} storage pools`);
  }
  await tx
    .insertInto("storage_pool")
    .values({ model: tx.model, name, provider, attributes })
    .execute();
  await changed(tx, "storage_pool", name);
}

/** Gives the pool other attributes; an empty provider leaves that as it is. */
export async function update(tx: Transaction, { name, ...rest }: PoolChange): Promise<void> {
  const before = await getOwn(tx, name, "update");
  const provider = rest.provider === "" ? before.provider : toProvider(rest.provider);
  await tx
    .updateTable("storage_pool")
    .set({ provider, attributes: toAttributes(rest.attributes) })
    .where("model", "=", tx.model)
    .where("name", "=", name)
    .execute();
  await changed(tx, "storage_pool", name);
}

/** Throws `not valid` for a pool that storage is in, or that applications would get more from. */
export async function remove(tx: Transaction, name: string): Promise<void> {
  await getOwn(tx, name, "remove");
  for (const table of ["filesystem", "storage_constraint"] as const) {
    const user = await tx
      .selectFrom(table)
      .select("pool")
      .where("model", "=", tx.model)
      .where("pool", "=", name)
      .executeTakeFirst();
    if (user) throw new Problem("not valid", `storage pool "${name}" in use`);
  }
  await tx
    .deleteFrom("storage_pool")
    .where("model", "=", tx.model)
    .where("name", "=", name)
    .execute();
  await changed(tx, "storage_pool", name);
}

async function getOwn(tx: Transaction, name: string, what: string): Promise<Pool> {
  if (providers.some((each) => each === name)) {
    throw new Problem("not valid", `cannot ${what} pool "${name}": it is always there`);
  }
  return get(tx, name);
}

function toProvider(name: string): StorageProvider {
  const provider = providers.find((each) => each === name);
  if (provider) return provider;
  const known = `this cloud has ${providers.join(", ")}`;
  if (name === "loop") {
    const message = `storage provider "loop" gives block devices, which the local cloud does not have: ${known}`;
    throw new Problem("not supported", message);
  }
  throw new Problem("not found", `storage provider "${name}" not found: ${known}`);
}

/** They are kept for whoever looks, as in Juju; none of the providers that there are heeds any. */
function toAttributes(given: PoolChange["attributes"]): string {
  const texts = Object.entries(given).map(([key, value]) => [key, String(value ?? "")]);
  const attributes = JSON.stringify(Object.fromEntries(texts));
  if (attributes.length <= attributesLengthMax) return attributes;
  const message = `a pool's attributes take at most ${attributesLengthMax} characters`;
  throw new Problem("not valid", message);
}

function selectPools(tx: ReadTransaction) {
  return tx.selectFrom("storage_pool").selectAll().where("model", "=", tx.model);
}

function toPool({ name, provider, attributes }: PoolTable): Pool {
  return { name, provider, attributes: JSON.parse(attributes) };
}
