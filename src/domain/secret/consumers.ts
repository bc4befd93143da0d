/**
 * Consumers: the units that read a secret, and which revision each of them reads.
 *
 * A unit begins with the latest and stays with it until it asks for a newer one. A revision that is
 * not the latest and that nobody reads is obsolete: its owner hears of it, or it goes at once where
 * the owner has said so.
 */
import { Problem } from "#base/problem.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as unit from "../unit/unit.ts";
import * as revision from "./revision.ts";
import * as secret from "./secret.ts";

export interface Consumer {
  readonly secret: string;
  readonly unit: string;
  /** The one that it reads; 0 while it reads none. */
  readonly revision: number;
  /** What the unit calls the secret, or empty. */
  readonly label: string;
}

interface SecretConsumerTable extends Consumer {
  readonly model: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly secret_consumer: SecretConsumerTable;
  }
}

export async function find(
  tx: ReadTransaction,
  id: string,
  name: string,
): Promise<Consumer | undefined> {
  return selectConsumers(tx).where("secret", "=", id).where("unit", "=", name).executeTakeFirst();
}

/** What the unit calls so. */
export async function findLabelled(
  tx: ReadTransaction,
  name: string,
  label: string,
): Promise<Consumer | undefined> {
  if (label === "") return undefined;
  return selectConsumers(tx).where("unit", "=", name).where("label", "=", label).executeTakeFirst();
}

/** Everything that the unit reads. */
async function listOf(tx: ReadTransaction, name: string): Promise<Consumer[]> {
  return selectConsumers(tx).where("unit", "=", name).orderBy("secret").execute();
}

/** Those of the secrets. */
async function list(tx: ReadTransaction, ids: readonly string[]): Promise<Consumer[]> {
  if (ids.length === 0) return [];
  return selectConsumers(tx)
    .where("secret", "in", [...ids])
    .orderBy("secret")
    .orderBy("unit")
    .execute();
}

/**
 * The unit reads this revision from now on, and calls the secret so unless it says nothing. Throws
 * `already exists` for a label that it has for another.
 */
export async function consume(
  tx: Transaction,
  of: secret.Secret,
  {
    unit: name,
    revision: read,
    label,
  }: Omit<Consumer, "secret" | "label"> & { readonly label?: string },
): Promise<void> {
  const before = await find(tx, of.id, name);
  const called = label ?? before?.label ?? "";
  if (before?.revision === read && before.label === called) return;
  const other = await findLabelled(tx, name, called);
  if (other !== undefined && other.secret !== of.id) {
    throw new Problem("already exists", `secret with label "${called}" already exists`);
  }
  await tx
    .insertInto("secret_consumer")
    .values({ model: tx.model, secret: of.id, unit: name, revision: read, label: called })
    .onConflict((conflict) =>
      conflict.columns(["model", "secret", "unit"]).doUpdateSet({ revision: read, label: called }),
    )
    .execute();
  await changed(tx, "secret_consumer", name);
  await afterMove(tx, of);
}

/** Whoever may not read it any more reads no revision; what they call it stays. */
export async function forgetStrangers(
  tx: Transaction,
  of: secret.Secret,
  mayRead: (reader: Pick<unit.Unit, "name" | "application">) => Promise<boolean>,
): Promise<void> {
  for (const { unit: name, revision: present } of await list(tx, [of.id])) {
    const reader = await unit.find(tx, name);
    if (present > 0 && reader && !(await mayRead(reader))) {
      await consume(tx, of, { unit: name, revision: 0 });
    }
  }
}

/** The unit is gone. */
export async function forgetUnit(tx: Transaction, name: string): Promise<void> {
  const gone = await listOf(tx, name);
  await tx
    .deleteFrom("secret_consumer")
    .where("model", "=", tx.model)
    .where("unit", "=", name)
    .execute();
  if (gone.length > 0) await changed(tx, "secret_consumer", name);
  for (const { secret: id } of gone) await afterMove(tx, await secret.get(tx, id));
}

/** Who reads what has changed, or what the latest is; so some revision may have become obsolete. */
export async function afterMove(tx: Transaction, of: secret.Secret): Promise<void> {
  await secret.tell(tx, of);
  if (!of.isAutoPruned) return;
  const left = await secret.get(tx, of.id);
  for (const each of (await listObsolete(tx, [left])).get(of.id) ?? []) {
    await revision.remove(tx, of.id, each);
  }
}

/** The revisions of each that nobody reads, or will any more. */
export async function listObsolete(
  tx: ReadTransaction,
  secrets: readonly secret.Secret[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const ids = secrets.map(({ id }) => id);
  const revisions = Map.groupBy(await revision.list(tx, ids), (each) => each.secret);
  const consumers = Map.groupBy(await list(tx, ids), (each) => each.secret);
  return new Map(
    secrets.map(({ id, latest }) => {
      const read = new Set(consumers.get(id)?.map((each) => each.revision));
      const all = (revisions.get(id) ?? []).map((each) => each.revision);
      return [id, all.filter((each) => each !== latest && !read.has(each))];
    }),
  );
}

function selectConsumers(tx: ReadTransaction) {
  return tx
    .selectFrom("secret_consumer")
    .select(["secret", "unit", "revision", "label"])
    .where("model", "=", tx.model);
}
