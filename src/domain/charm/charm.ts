/**
 * Charms: the operator code that a model has been given, each revision once and for ever.
 *
 * A charm from a folder gets the revision that its `revision` file asks for if that is free, and
 * otherwise the one after the highest. One that nobody uses any more is forgotten; only its number
 * stays, so that a revision never means two different charms.
 */
import { Problem } from "#base/problem.ts";
import { toActionSpecs } from "#charm/actions.ts";
import type { Charm } from "#charm/charm.ts";
import { formatCharmUrl } from "#charm/url.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import { refuseInvalidSchemas } from "../action/schema.ts";
import * as model from "../model/model.ts";
import { refuseTooNew } from "./requirements.ts";

/** A charm as a model has it. */
export interface StoredCharm {
  readonly url: string;
  readonly name: string;
  readonly revision: number;
  /** Of the archive. */
  readonly sha256: string;
  readonly size: number;
  readonly content: Charm;
}

interface CharmTable {
  readonly model: string;
  readonly url: string;
  readonly name: string;
  readonly revision: number;
  readonly sha256: string;
  readonly size: number;
  readonly content: string;
  readonly added: string;
  readonly forgotten: number;
}

declare module "#store/database.ts" {
  interface Database {
    readonly charm: CharmTable;
  }
}

export interface LocalCharm {
  readonly content: Charm;
  readonly sha256: string;
  readonly size: number;
  readonly now: Temporal.Instant;
}

/** Adds a charm that came from a folder; returns its URL. Throws what `getAlive` and `refuseTooNew` do. */
export async function addLocal(
  tx: Transaction,
  { content, sha256, size, now }: LocalCharm,
): Promise<string> {
  refuseTooNew(await model.getAlive(tx), content);
  refuseInvalidSchemas(toActionSpecs(content.actions));
  const { name } = content.metadata;
  const revision = await freeRevision(tx, name, content.revision);
  const url = formatCharmUrl({ schema: "local", name, revision });
  await tx
    .insertInto("charm")
    .values({
      model: tx.model,
      url,
      name,
      revision,
      sha256,
      size,
      content: JSON.stringify(content),
      ...{ added: now.toString(), forgotten: 0 },
    })
    .execute();
  await changed(tx, "charm", url);
  return url;
}

async function freeRevision(tx: Transaction, name: string, wanted: number | null): Promise<number> {
  const rows = await tx
    .selectFrom("charm")
    .select("revision")
    .where("model", "=", tx.model)
    .where("name", "=", name)
    .execute();
  const taken = rows.map(({ revision }) => revision);
  if (wanted !== null && !taken.includes(wanted)) return wanted;
  return Math.max(-1, ...taken) + 1;
}

/** Throws `not found`. */
export async function get(tx: ReadTransaction, url: string): Promise<StoredCharm> {
  const row = await selectCharms(tx).where("url", "=", url).executeTakeFirst();
  if (row === undefined) throw new Problem("not found", `charm "${url}" not found`);
  return toCharm(row);
}

/** Every charm of the model, in the order of their URLs. */
export async function list(tx: ReadTransaction): Promise<StoredCharm[]> {
  const rows = await selectCharms(tx).orderBy("url").execute();
  return rows.map(toCharm);
}

/** The URLs of those that were added before. */
export async function listOlder(tx: ReadTransaction, before: Temporal.Instant): Promise<string[]> {
  const rows = await tx
    .selectFrom("charm")
    .select("url")
    .where("model", "=", tx.model)
    .where("forgotten", "=", 0)
    .where("added", "<", before.toString())
    .execute();
  return rows.map(({ url }) => url);
}

/** From now on there is no such charm, and its archive is not needed. */
export async function forget(tx: Transaction, url: string): Promise<void> {
  await tx
    .updateTable("charm")
    .set({ forgotten: 1, content: "{}" })
    .where("model", "=", tx.model)
    .where("url", "=", url)
    .execute();
  await changed(tx, "charm", url);
}

function selectCharms(tx: ReadTransaction) {
  return tx
    .selectFrom("charm")
    .select(["url", "name", "revision", "sha256", "size", "content"])
    .where("model", "=", tx.model)
    .where("forgotten", "=", 0);
}

function toCharm(row: Omit<CharmTable, "model" | "added" | "forgotten">): StoredCharm {
  return { ...row, content: JSON.parse(row.content) };
}
