/** What a unit may say: of itself, and of its application as long as it leads. */
import { Problem } from "#base/problem.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as leadership from "../leadership/leadership.ts";
import * as status from "../status/status.ts";
import * as unit from "./unit.ts";

export interface Said extends Omit<status.NewStatus, "entity"> {
  readonly unit: string;
  /** `agent`, `workload` or `application`. */
  readonly scope: string;
}

/** Throws `not found`, `not valid` for another scope, and `unauthorized access` for a follower. */
export async function setStatus(tx: Transaction, said: Said): Promise<void> {
  const { unit: name, scope, ...rest } = said;
  await status.set(tx, { ...rest, entity: await entityOf(tx, name, scope) });
}

async function entityOf(tx: ReadTransaction, name: string, scope: string): Promise<string> {
  if (scope === "agent") return status.entities.unitAgent(name);
  if (scope === "workload") return status.entities.workload(name);
  if (scope !== "application")
    throw new Problem("not valid", `unknown scope "${scope}" of a status`);
  const { application } = await unit.get(tx, name);
  if ((await leadership.findLeader(tx, application)) === name) {
    return status.entities.application(application);
  }
  const message = "setting application status: this unit is not the leader";
  throw new Problem("unauthorized access", message);
}

export type Claim = Omit<leadership.Claim, "application">;

/**
 * A leader leads through its last hooks, for some can only be done by a leader. Throws `leadership
 * claim denied` while another unit leads, and to one that is going while another stays.
 */
export async function claimLeadership(tx: Transaction, claim: Claim): Promise<void> {
  const { application, life } = await unit.get(tx, claim.unit);
  if (life !== "alive" && (await isLeftToOthers(tx, claim.unit, application))) {
    throw new Problem("leadership claim denied", `unit "${claim.unit}" is being removed`);
  }
  await leadership.claim(tx, { ...claim, application });
}

async function isLeftToOthers(
  tx: ReadTransaction,
  name: string,
  application: string,
): Promise<boolean> {
  if ((await leadership.findLeader(tx, application)) === name) return false;
  return (await unit.list(tx, { application })).some(({ life }) => life === "alive");
}
