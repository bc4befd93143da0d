/**
 * Who may read a secret, and who may change it.
 *
 * Its owner may do both: for an application, that is its leader, while its other units may read. All
 * others may read what was granted to them or to their application. What a charm grants holds as long
 * as the relation that it was granted for; what a user grants, until it is taken back.
 */
import { Problem } from "#base/problem.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as leadership from "../leadership/leadership.ts";
import type { Unit } from "../unit/unit.ts";
import { forgetStrangers } from "./consumers.ts";
import * as secret from "./secret.ts";

export interface Grant {
  readonly secret: string;
  /** An application, or a unit. */
  readonly subject: string;
  /** What it holds for, or `noRelation`. */
  readonly relation: number;
}

/** Of a grant that no relation is about. */
export const noRelation = -1;

interface SecretGrantTable extends Grant {
  readonly model: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly secret_grant: SecretGrantTable;
  }
}

export type Reader = Pick<Unit, "name" | "application">;

/** Whether the unit may change it. */
export async function mayManage(
  tx: ReadTransaction,
  { owner }: Pick<secret.Secret, "owner">,
  { name, application }: Reader,
): Promise<boolean> {
  if (owner.kind === "unit") return owner.name === name;
  if (owner.kind !== "application" || owner.name !== application) return false;
  return (await leadership.findLeader(tx, application)) === name;
}

/** Throws `unauthorized access`. */
export async function refuseStranger(
  tx: ReadTransaction,
  of: secret.Secret,
  reader: Reader,
): Promise<void> {
  if (await mayManage(tx, of, reader)) return;
  throw new Problem("unauthorized access", `permission denied: secret "${of.id}" is not yours`);
}

/** Whether the unit may read it. */
export async function mayRead(
  tx: ReadTransaction,
  { id, owner }: secret.Secret,
  { name, application }: Reader,
): Promise<boolean> {
  if (isOfOwner(owner, { name, application })) return true;
  const grants = await list(tx, id);
  return grants.some(({ subject }) => subject === name || subject === application);
}

/** Whether it is the unit's own, or its application's. */
export function isOfOwner(owner: secret.Owner, { name, application }: Reader): boolean {
  if (owner.kind === "unit") return owner.name === name;
  return owner.kind === "application" && owner.name === application;
}

/** Those of a secret, in the order of their subjects. */
export async function list(tx: ReadTransaction, id: string): Promise<Grant[]> {
  return tx
    .selectFrom("secret_grant")
    .select(["secret", "subject", "relation"])
    .where("model", "=", tx.model)
    .where("secret", "=", id)
    .orderBy("subject")
    .orderBy("relation")
    .execute();
}

/** One that there is already goes on. */
export async function grant(tx: Transaction, granted: Grant): Promise<void> {
  const { secret: id, subject, relation } = granted;
  const of = await secret.get(tx, id);
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto("secret_grant")
    .values({ model: tx.model, secret: id, subject, relation })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows) await secret.tell(tx, of);
}

/** Takes back what fits, in whole or in part; whoever may read no more begins anew if they ever may. */
export async function revoke(
  tx: Transaction,
  id: string,
  fits: (each: Grant) => boolean,
): Promise<void> {
  const of = await secret.get(tx, id);
  const gone = (await list(tx, id)).filter(fits);
  for (const { subject, relation } of gone) {
    await tx
      .deleteFrom("secret_grant")
      .where("model", "=", tx.model)
      .where("secret", "=", id)
      .where("subject", "=", subject)
      .where("relation", "=", relation)
      .execute();
  }
  if (gone.length === 0) return;
  await secret.tell(tx, of);
  await forgetStrangers(tx, of, (reader) => mayRead(tx, of, reader));
}

/** Nothing was granted for the relation, from now on. */
export async function revokeForRelation(tx: Transaction, relation: number): Promise<void> {
  await revokeAll(tx, await find(tx, (query) => query.where("relation", "=", relation)), {
    fits: (each) => each.relation === relation,
  });
}

/** Nothing was granted to the application or the unit, from now on. */
export async function revokeFrom(tx: Transaction, subject: string): Promise<void> {
  await revokeAll(tx, await find(tx, (query) => query.where("subject", "=", subject)), {
    fits: (each) => each.subject === subject,
  });
}

async function revokeAll(
  tx: Transaction,
  grants: readonly Grant[],
  { fits }: { readonly fits: (each: Grant) => boolean },
): Promise<void> {
  for (const id of new Set(grants.map((each) => each.secret))) await revoke(tx, id, fits);
}

type Query = ReturnType<typeof selectGrants>;

async function find(tx: ReadTransaction, narrow: (query: Query) => Query): Promise<Grant[]> {
  return narrow(selectGrants(tx)).orderBy("secret").execute();
}

function selectGrants(tx: ReadTransaction) {
  return tx
    .selectFrom("secret_grant")
    .select(["secret", "subject", "relation"])
    .where("model", "=", tx.model);
}
