/** The controller itself: the one row that says which it is. */
import type { ReadTransaction, Transaction } from "#store/database.ts";

export interface ControllerIdentity {
  readonly uuid: string;
  readonly name: string;
  /** PEM; what clients need to trust its servers. */
  readonly caCertificate: string;
}

interface ControllerTable {
  readonly uuid: string;
  readonly name: string;
  readonly ca_certificate: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly controller: ControllerTable;
  }
}

export async function add(tx: Transaction, identity: ControllerIdentity): Promise<void> {
  const { uuid, name, caCertificate } = identity;
  await tx.insertInto("controller").values({ uuid, name, ca_certificate: caCertificate }).execute();
}

/** Undefined before the controller was bootstrapped. */
export async function find(tx: ReadTransaction): Promise<ControllerIdentity | undefined> {
  return tx
    .selectFrom("controller")
    .select(["uuid", "name", "ca_certificate as caCertificate"])
    .executeTakeFirst();
}
