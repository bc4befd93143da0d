/** Trust: whose charms may use the credentials of the model's cloud. */
import { Problem } from "#base/problem.ts";
import type { ReadTransaction } from "#store/database.ts";
import * as unit from "../unit/unit.ts";
import * as application from "./application.ts";

/** Throws `not valid` for a unit whose application is not trusted. */
export async function refuseUntrusted(tx: ReadTransaction, name: string): Promise<void> {
  const { application: of } = await unit.get(tx, name);
  const { isTrusted } = await application.get(tx, of);
  if (isTrusted) return;
  throw new Problem("not valid", `permission denied: application "${of}" is not trusted`);
}
