/**
 * Users: people and programs that log in, and what each may do.
 *
 * A superuser may do everything. Anybody else has access to a model because it is theirs or was
 * granted to them; each level of access includes those below it.
 */
import { Problem } from "#base/problem.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";

export const modelAccessLevels = ["read", "write", "admin"] as const;
export type ModelAccess = (typeof modelAccessLevels)[number];

const controllerAccessLevels = ["login", "superuser"] as const;
export type ControllerAccess = (typeof controllerAccessLevels)[number];

export interface User {
  readonly name: string;
  readonly displayName: string;
  readonly passwordHash: string;
  readonly access: ControllerAccess;
  readonly created: string;
}

interface UserTable {
  readonly name: string;
  readonly display_name: string;
  readonly password_hash: string;
  readonly access: ControllerAccess;
  readonly created: string;
}

interface ModelAccessTable {
  readonly model: string;
  readonly user: string;
  readonly access: ModelAccess;
}

declare module "#store/database.ts" {
  interface Database {
    readonly user_account: UserTable;
    readonly model_access: ModelAccessTable;
  }
}

const namePattern = /^[a-zA-Z0-9](?:[a-zA-Z0-9.+-]*[a-zA-Z0-9])?$/;

/** Throws `not valid` for a name that users cannot have, and `already exists`. */
export async function add(tx: Transaction, user: User): Promise<void> {
  const { name, displayName, passwordHash, access, created } = user;
  if (!namePattern.test(name)) throw new Problem("not valid", `invalid user name "${name}"`);
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto("user_account")
    .values({ name, display_name: displayName, password_hash: passwordHash, access, created })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (!numInsertedOrUpdatedRows) {
    throw new Problem("already exists", `failed to create user: username unavailable: "${name}"`);
  }
  await changed(tx, "user_account", name);
}

export async function find(tx: ReadTransaction, name: string): Promise<User | undefined> {
  return tx
    .selectFrom("user_account")
    .select([
      "name",
      "display_name as displayName",
      "password_hash as passwordHash",
      "access",
      "created",
    ])
    .where("name", "=", name)
    .executeTakeFirst();
}

/** Who has been granted access to the transaction's model, in the order of their names. */
export function listAccess(
  tx: ReadTransaction,
): Promise<{ user: string; access: ModelAccess; displayName: string }[]> {
  return tx
    .selectFrom("model_access")
    .innerJoin("user_account", "user_account.name", "model_access.user")
    .select(["user", "model_access.access", "display_name as displayName"])
    .where("model", "=", tx.model)
    .orderBy("user")
    .execute();
}

/** What a user may do in the transaction's model, or undefined for nothing at all. */
export async function findAccess(
  tx: ReadTransaction,
  user: string,
): Promise<ModelAccess | undefined> {
  const row = await tx
    .selectFrom("model_access")
    .select("access")
    .where("model", "=", tx.model)
    .where("user", "=", user)
    .executeTakeFirst();
  return row?.access;
}

interface Grant {
  readonly user: string;
  readonly access: ModelAccess;
}

/** Throws `not found` for an unknown user, and `already exists` if they have that much already. */
export async function grant(tx: Transaction, { user, access }: Grant): Promise<void> {
  if (!(await find(tx, user))) throw new Problem("not found", `user "${user}" not found`);
  const present = await findAccess(tx, user);
  if (present && rank(present) >= rank(access)) {
    throw new Problem("already exists", `user already has "${present}" access or greater`);
  }
  await setAccess(tx, { user, access });
}

/** Takes away a level and those above it. Throws `not found` if the user does not have it. */
export async function revoke(tx: Transaction, { user, access }: Grant): Promise<void> {
  const present = await findAccess(tx, user);
  if (!present || rank(present) < rank(access)) {
    throw new Problem("not found", `could not revoke ${access} access: user "${user}" has none`);
  }
  const left = modelAccessLevels[rank(access) - 1];
  if (left) return setAccess(tx, { user, access: left });
  await tx
    .deleteFrom("model_access")
    .where("model", "=", tx.model)
    .where("user", "=", user)
    .execute();
  await changed(tx, "model_access", user);
}

async function setAccess(tx: Transaction, { user, access }: Grant): Promise<void> {
  await tx
    .insertInto("model_access")
    .values({ model: tx.model, user, access })
    .onConflict((conflict) => conflict.columns(["model", "user"]).doUpdateSet({ access }))
    .execute();
  await changed(tx, "model_access", user);
}

function rank(access: ModelAccess): number {
  return modelAccessLevels.indexOf(access);
}
