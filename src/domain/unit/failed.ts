/** Units that cannot go on by themselves, because a hook of theirs has failed. */
import type { ReadTransaction } from "#store/database.ts";
import * as status from "../status/status.ts";
import * as unit from "./unit.ts";

export interface FailedUnit {
  readonly name: string;
  /** What has failed. */
  readonly message: string;
}

export async function listFailed(tx: ReadTransaction): Promise<FailedUnit[]> {
  const statuses = await status.listAll(tx);
  const units = await unit.list(tx);
  return units.flatMap(({ name }) => {
    const said = statuses.get(status.entities.unitAgent(name));
    return said?.status === "error" ? [{ name, message: said.message }] : [];
  });
}
