/** What becomes of secrets when those go who own or read them. */
import type { Transaction } from "#store/database.ts";
import * as consumers from "./consumers.ts";
import * as grants from "./grants.ts";
import * as secret from "./secret.ts";

/** Its own go with it; what it read, nobody reads any more. */
export async function removeUnit(tx: Transaction, name: string): Promise<void> {
  await removeOf(tx, { kind: "unit", name });
  await consumers.forgetUnit(tx, name);
  await grants.revokeFrom(tx, name);
}

export async function removeApplication(tx: Transaction, name: string): Promise<void> {
  await removeOf(tx, { kind: "application", name });
  await grants.revokeFrom(tx, name);
}

/** What was granted for it is granted no more. */
export async function removeRelation(tx: Transaction, id: number): Promise<void> {
  await grants.revokeForRelation(tx, id);
}

async function removeOf(tx: Transaction, owner: secret.Owner): Promise<void> {
  for (const { id } of await secret.list(tx, owner)) await secret.remove(tx, id);
}
