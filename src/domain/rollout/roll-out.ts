/** Rolling out what an application is to run, to its units. */
import { charmPolicy, planAllAtOnce } from "#rollout/plan.ts";
import type { Transaction } from "#store/database.ts";
import * as unit from "../unit/unit.ts";
import * as rollout from "./rollout.ts";

export interface RollOut {
  readonly application: string;
  /** URLs of charms, the same where only resources have changed. */
  readonly from: string;
  readonly to: string;
  readonly modifiedVersion: number;
  readonly startedBy: string;
  readonly now: Temporal.Instant;
}

/** Begins a rollout to all units that are there; one that is under way is given up for it. */
export async function rollOut(tx: Transaction, to: RollOut): Promise<void> {
  const { application: subject, now, ...rest } = to;
  const underWay = await rollout.findUnderWay(tx, "charm", subject);
  if (underWay) await rollout.observe(tx, underWay, { observations: supersede(underWay), now });
  const units = (await unit.list(tx, { application: subject })).filter(
    ({ life }) => life === "alive",
  );
  const plan = planAllAtOnce(
    units.map((each) => each.name),
    charmPolicy,
  );
  await rollout.start(tx, { kind: "charm", subject, ...rest, plan, now });
}

/** Those on the way to what nobody wants any more will never arrive. */
function supersede({ members }: rollout.StoredRollout) {
  const left = members.map(({ id }) => ({ kind: "gone" as const, id }));
  return [{ kind: "abort" as const }, ...left];
}
