/**
 * Storage: instances that keep data for units, what they lie in, and which units have them.
 *
 * An instance belongs to a store that a charm declares, and lies in one filesystem. It is attached
 * to one unit at most. The unit's agent makes a place for it and says where; until then its
 * attachment has no location.
 */
import { Problem } from "#base/problem.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import type { Life } from "../life.ts";
import * as sequence from "../sequence/sequence.ts";
import * as status from "../status/status.ts";
import type { StorageProvider } from "./pool.ts";

export interface StorageInstance {
  /** As in `data/0`. */
  readonly id: string;
  /** What the charm calls it, as in `data`. */
  readonly store: string;
  /** The unit that it is for, or empty for one that has been left over. */
  readonly owner: string;
  readonly life: Life;
  /** Whether its data stays where it is when it goes. */
  readonly isReleased: boolean;
  /** From when on it is forgotten if the cloud cannot remove it; empty for never. */
  readonly givenUp: string;
  /** As in `0`, or `3/0` for one that is bound to machine 3. */
  readonly filesystem: string;
  readonly pool: string;
  readonly provider: StorageProvider;
  readonly sizeMib: number;
  /** The folder that the cloud has made for it, or empty. */
  readonly place: string;
}

export interface Attachment {
  readonly storage: string;
  readonly unit: string;
  readonly life: Life;
  /** Where the unit finds it; empty until it can. */
  readonly location: string;
}

interface StorageInstanceTable {
  readonly model: string;
  readonly id: string;
  readonly store: string;
  readonly owner: string;
  readonly life: Life;
  readonly released: number;
  readonly given_up: string;
}

interface StorageAttachmentTable extends Attachment {
  readonly model: string;
}

interface FilesystemTable {
  readonly model: string;
  readonly id: string;
  readonly storage: string;
  readonly pool: string;
  readonly provider: StorageProvider;
  readonly size_mib: number;
  readonly place: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly storage_instance: StorageInstanceTable;
    readonly storage_attachment: StorageAttachmentTable;
    readonly filesystem: FilesystemTable;
  }
}

export interface NewStorage {
  readonly store: string;
  readonly owner: string;
  readonly pool: string;
  readonly provider: StorageProvider;
  readonly sizeMib: number;
  /** The machine that it is bound to, or empty. */
  readonly machine: string;
  readonly now: Temporal.Instant;
}

/** Returns its id. Numbers are counted through all stores of a model, as in Juju. */
export async function add(tx: Transaction, added: NewStorage): Promise<string> {
  const { store, owner, pool, provider, sizeMib, machine, now } = added;
  const id = `${store}/${await sequence.take(tx, "storage")}`;
  await tx
    .insertInto("storage_instance")
    .values({ model: tx.model, id, store, owner, life: "alive", released: 0, given_up: "" })
    .execute();
  const number = await sequence.take(tx, `filesystem:${machine}`);
  const filesystem = machine === "" ? `${number}` : `${machine}/${number}`;
  const held = { id: filesystem, storage: id, pool, provider, size_mib: sizeMib, place: "" };
  await tx
    .insertInto("filesystem")
    .values({ model: tx.model, ...held })
    .execute();
  await changed(tx, "storage_instance", id);
  await status.set(tx, { entity: status.entities.filesystem(filesystem), status: "pending", now });
  return id;
}

/** Throws `not found`. */
export async function get(tx: ReadTransaction, id: string): Promise<StorageInstance> {
  const row = await selectStorage(tx).where("storage_instance.id", "=", id).executeTakeFirst();
  if (row) return toStorage(row);
  throw new Problem("not found", `storage "${id}" not found`);
}

/** All of the model, in the order of their numbers. */
export async function list(tx: ReadTransaction): Promise<StorageInstance[]> {
  const all = (await selectStorage(tx).execute()).map(toStorage);
  return all.toSorted((a, b) => numberOf(a.id) - numberOf(b.id));
}

/** Those that units have. */
export async function listAttachments(
  tx: ReadTransaction,
  of: { readonly unit?: string; readonly storage?: string } = {},
): Promise<Attachment[]> {
  let query = tx
    .selectFrom("storage_attachment")
    .select(["storage", "unit", "life", "location"])
    .where("model", "=", tx.model);
  if (of.unit !== undefined) query = query.where("unit", "=", of.unit);
  if (of.storage !== undefined) query = query.where("storage", "=", of.storage);
  const all = await query.execute();
  return all.toSorted((a, b) => numberOf(a.storage) - numberOf(b.storage));
}

/** What a unit has, with how it has it. */
export interface Held {
  readonly instance: StorageInstance;
  readonly attachment: Attachment;
}

/** Whatever the unit has, even if it is to give it away, in the order of their numbers. */
export async function listHeld(tx: ReadTransaction, unit: string): Promise<Held[]> {
  const attachments = await listAttachments(tx, { unit });
  if (attachments.length === 0) return [];
  const ids = attachments.map(({ storage }) => storage);
  const rows = await selectStorage(tx).where("storage_instance.id", "in", ids).execute();
  const instances = new Map(rows.map((row) => [row.id, toStorage(row)]));
  return attachments.flatMap((attachment) => {
    const instance = instances.get(attachment.storage);
    return instance ? [{ instance, attachment }] : [];
  });
}

type Pair = Pick<Attachment, "storage" | "unit">;

export async function attach(tx: Transaction, { storage, unit }: Pair): Promise<void> {
  await tx
    .insertInto("storage_attachment")
    .values({ model: tx.model, storage, unit, life: "alive", location: "" })
    .execute();
  await changedBoth(tx, { storage, unit });
}

export async function changeAttachment(
  tx: Transaction,
  { storage, unit }: Pair,
  to: Partial<Pick<Attachment, "life" | "location">>,
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable("storage_attachment")
    .set(to)
    .where("model", "=", tx.model)
    .where("storage", "=", storage)
    .where("unit", "=", unit)
    .executeTakeFirst();
  if (numUpdatedRows) await changedBoth(tx, { storage, unit });
}

export async function removeAttachment(tx: Transaction, { storage, unit }: Pair): Promise<void> {
  const { numDeletedRows } = await tx
    .deleteFrom("storage_attachment")
    .where("model", "=", tx.model)
    .where("storage", "=", storage)
    .where("unit", "=", unit)
    .executeTakeFirst();
  if (numDeletedRows) await changedBoth(tx, { storage, unit });
}

interface StorageChange {
  readonly life?: Life;
  readonly isReleased?: boolean;
  readonly givenUp?: string;
  readonly owner?: string;
}

export async function change(
  tx: Transaction,
  id: string,
  { isReleased, givenUp, ...to }: StorageChange,
): Promise<void> {
  const released = isReleased === undefined ? {} : { released: Number(isReleased) };
  await tx
    .updateTable("storage_instance")
    .set({ ...to, ...released, ...(givenUp === undefined ? {} : { given_up: givenUp }) })
    .where("model", "=", tx.model)
    .where("id", "=", id)
    .execute();
  await tell(tx, id);
}

/** The cloud has made the folder for it. */
export async function setPlace(tx: Transaction, id: string, place: string): Promise<void> {
  await tx
    .updateTable("filesystem")
    .set({ place })
    .where("model", "=", tx.model)
    .where("storage", "=", id)
    .execute();
  await tell(tx, id);
}

/** The units that have it hear of it, too. */
async function tell(tx: Transaction, id: string): Promise<void> {
  await changed(tx, "storage_instance", id);
  const attachments = await listAttachments(tx, { storage: id });
  for (const { unit } of attachments) await changed(tx, "unit", unit);
}

export async function remove(
  tx: Transaction,
  { id, filesystem }: Pick<StorageInstance, "id" | "filesystem">,
): Promise<void> {
  await tx
    .deleteFrom("filesystem")
    .where("model", "=", tx.model)
    .where("storage", "=", id)
    .execute();
  await tx
    .deleteFrom("storage_instance")
    .where("model", "=", tx.model)
    .where("id", "=", id)
    .execute();
  await status.remove(tx, [status.entities.filesystem(filesystem)]);
  await changed(tx, "storage_instance", id);
}

async function changedBoth(tx: Transaction, { storage, unit }: Pair): Promise<void> {
  await changed(tx, "storage_instance", storage);
  await changed(tx, "unit", unit);
}

function selectStorage(tx: ReadTransaction) {
  return tx
    .selectFrom("storage_instance")
    .innerJoin("filesystem", (join) =>
      join
        .onRef("filesystem.model", "=", "storage_instance.model")
        .onRef("filesystem.storage", "=", "storage_instance.id"),
    )
    .select(["storage_instance.id", "store", "owner", "life", "released", "given_up"])
    .select(["filesystem.id as filesystem", "pool", "provider", "size_mib", "place"])
    .where("storage_instance.model", "=", tx.model);
}

type StorageRow = Omit<StorageInstanceTable, "model"> &
  Pick<FilesystemTable, "pool" | "provider" | "size_mib" | "place"> & {
    readonly filesystem: string;
  };

function toStorage({
  released,
  size_mib: sizeMib,
  given_up: givenUp,
  ...row
}: StorageRow): StorageInstance {
  return { ...row, sizeMib, givenUp, isReleased: released === 1 };
}

function numberOf(id: string): number {
  return Number(id.slice(id.lastIndexOf("/") + 1));
}
