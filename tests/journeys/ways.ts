/** How programs other than the command line reach a controller that a journey has made. */
import { join } from "node:path";
import { systemClock } from "#base/clock.ts";
import { ClientStore } from "#client/files/store.ts";
import type { Scratch } from "../../scripts/scratch.ts";

export interface Ways {
  /** As in `127.0.0.1:17070`. */
  readonly address: string;
  readonly caCertificate: string;
  /** Of the user admin. */
  readonly password: string;
  /** The id of the model `shop`. */
  readonly shop: string;
}

/** What a user has who made the controller `demo` with the command line. */
export async function waysTo(scratch: Scratch): Promise<Ways> {
  const files = new ClientStore(join(scratch.folder, "client"), systemClock);
  const { addresses, caCertificate } = await files.controller("demo");
  const account = await files.findAccount("demo");
  const models = await files.models("demo");
  return {
    address: addresses[0] ?? "",
    caCertificate,
    password: account?.password ?? "",
    shop: models.get("admin/shop") ?? "",
  };
}
