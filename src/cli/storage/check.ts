/**
 * What is asked for of storage, held against the charm and the model before the charm is sent. The
 * controller says so as well, but by then the model has one more charm.
 */
import { Problem } from "#base/problem.ts";
import type { Charm } from "#charm/charm.ts";
import { checkRequest, completeRequest, getStore } from "#charm/storage-request.ts";
import type { Connection } from "#client/connection.ts";
import { Storage } from "#contract/storage.ts";
import type { Directive } from "./directive.ts";

type Directives = Readonly<Record<string, Directive>>;

interface Asked {
  readonly storage: Directives;
  /** The tags of storage that is left over. */
  readonly attached: readonly string[];
}

/** Everything that units of the charm are to have. Throws what the controller would. */
export async function checkNewStorage(
  connection: Connection,
  charm: Charm,
  { storage, attached }: Asked,
): Promise<void> {
  checkStores(charm, storage, Object.keys(charm.metadata.storage));
  await refuseUnknownPools(connection, storage);
  for (const tag of attached) await connection.facade(Storage).StorageDetails({ tag });
}

/** What is asked for anew of an application; the rest is as it is. Throws what the controller would. */
export async function checkChangedStorage(
  connection: Connection,
  charm: Charm,
  storage: Directives,
): Promise<void> {
  checkStores(charm, storage, Object.keys(storage));
  await refuseUnknownPools(connection, storage);
}

function checkStores({ metadata }: Charm, given: Directives, names: readonly string[]): void {
  for (const name of Object.keys(given)) getStore(metadata, name);
  const asked = new Map(Object.entries(given));
  for (const name of names) {
    const store = getStore(metadata, name);
    const subject = `charm "${metadata.name}" store "${name}"`;
    checkRequest(subject, store, completeRequest(store, asked.get(name)));
  }
}

async function refuseUnknownPools(connection: Connection, given: Directives): Promise<void> {
  const named = Object.values(given).flatMap(({ pool }) => (pool === undefined ? [] : [pool]));
  if (named.length === 0) return;
  const all = { names: [], providers: [] };
  const { "storage-pools": pools } = await connection.facade(Storage).ListPools(all);
  const missing = named.find((name) => !pools.some((pool) => pool.name === name));
  if (missing !== undefined) throw new Problem("not found", `pool "${missing}" not found`);
}
