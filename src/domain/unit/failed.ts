/** Units that cannot go on by themselves, because a hook of theirs has failed. */
import { Problem } from "#base/problem.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as status from "../status/status.ts";
import * as unit from "./unit.ts";

export interface FailedUnit {
  readonly name: string;
  /** What has failed. */
  readonly message: string;
  readonly hook: string;
  /** The charm that it runs, or null before it runs any. */
  readonly charm: string | null;
}

export async function listFailed(tx: ReadTransaction): Promise<FailedUnit[]> {
  const statuses = await status.listAll(tx);
  const units = await unit.list(tx);
  return units.flatMap(({ name, charm }) => {
    const said = statuses.get(status.entities.unitAgent(name));
    if (said?.status !== "error") return [];
    return [{ name, message: said.message, hook: String(said.data.hook ?? ""), charm }];
  });
}

/** Throws `not found`, and `not valid` for a unit whose hook has not failed or is resolved already. */
export async function resolve(
  tx: Transaction,
  name: string,
  resolved: unit.Resolution,
): Promise<void> {
  const found = await unit.get(tx, name);
  const said = await status.find(tx, status.entities.unitAgent(name));
  if (said?.status !== "error")
    throw new Problem("not valid", `unit "${name}" is not in an error state`);
  if (found.resolved !== "") {
    throw new Problem("not valid", `cannot set resolved mode for unit "${name}": already resolved`);
  }
  await unit.change(tx, name, { resolved });
}
