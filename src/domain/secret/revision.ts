/** Revisions: what a secret holds, each time that it was given something else. */
import { Problem } from "#base/problem.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as secret from "./secret.ts";

export interface Revision {
  readonly secret: string;
  readonly revision: number;
  readonly sealed: string;
  /** The same for the same content of the secret. */
  readonly fingerprint: string;
  readonly created: string;
  readonly updated: string;
  readonly expires: string | null;
}

/** What a new revision is made of: its content, which is sealed once its number is known. */
export interface Content {
  readonly fingerprint: string;
  seal(revision: number): string;
}

interface SecretRevisionTable extends Revision {
  readonly model: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly secret_revision: SecretRevisionTable;
  }
}

export interface NewRevision {
  readonly content: Content;
  readonly expires: string | null;
  readonly now: Temporal.Instant;
}

/** The latest from now on. */
export async function add(
  tx: Transaction,
  id: string,
  { content, expires, now: at }: NewRevision,
): Promise<void> {
  const { owner, latest } = await secret.get(tx, id);
  const revision = latest + 1;
  const now = at.toString();
  await tx
    .insertInto("secret_revision")
    .values({
      ...{ model: tx.model, secret: id, revision, expires, created: now, updated: now },
      ...{ sealed: content.seal(revision), fingerprint: content.fingerprint },
    })
    .execute();
  await tx
    .updateTable("secret")
    .set({ latest: revision, updated: now })
    .where("model", "=", tx.model)
    .where("id", "=", id)
    .execute();
  await secret.tell(tx, { id, owner });
}

export async function setExpiry(
  tx: Transaction,
  { id, owner, latest }: secret.Secret,
  { expires, now }: { readonly expires: string; readonly now: Temporal.Instant },
): Promise<void> {
  await tx
    .updateTable("secret_revision")
    .set({ expires, updated: now.toString() })
    .where("model", "=", tx.model)
    .where("secret", "=", id)
    .where("revision", "=", latest)
    .execute();
  await secret.tell(tx, { id, owner });
}

export async function find(
  tx: ReadTransaction,
  id: string,
  revision: number,
): Promise<Revision | undefined> {
  return selectRevisions(tx)
    .where("secret", "=", id)
    .where("revision", "=", revision)
    .executeTakeFirst();
}

/** Those of the secrets, in their order. */
export async function list(tx: ReadTransaction, ids: readonly string[]): Promise<Revision[]> {
  if (ids.length === 0) return [];
  return selectRevisions(tx)
    .where("secret", "in", [...ids])
    .orderBy("secret")
    .orderBy("revision")
    .execute();
}

/** Whether any model has content that was sealed; in the scope of the controller. */
export async function hasSealed(tx: ReadTransaction): Promise<boolean> {
  const row = await tx.selectFrom("secret_revision").select("secret").limit(1).executeTakeFirst();
  return row !== undefined;
}

/** The revision goes, and the secret with its last one. Throws `not found`. */
export async function remove(tx: Transaction, id: string, revision: number): Promise<void> {
  const { owner } = await secret.get(tx, id);
  const { numDeletedRows } = await tx
    .deleteFrom("secret_revision")
    .where("model", "=", tx.model)
    .where("secret", "=", id)
    .where("revision", "=", revision)
    .executeTakeFirst();
  if (!numDeletedRows) {
    throw new Problem("not found", `secret revision "${id}/${revision}" not found`);
  }
  if ((await list(tx, [id])).length === 0) await secret.remove(tx, id);
  else await secret.tell(tx, { id, owner });
}

function selectRevisions(tx: ReadTransaction) {
  return tx
    .selectFrom("secret_revision")
    .select(["secret", "revision", "sealed", "fingerprint", "created", "updated", "expires"])
    .where("model", "=", tx.model);
}
