/**
 * Watching rollouts: what became of those on their way, as the model's own tables tell it.
 *
 * Nobody reports to a rollout. A machine is upgraded when its agent says that it runs the version,
 * a unit when it runs the charm and the hooks that follow have run; so a controller that was away
 * sees the same as one that was there.
 */
import type { News } from "#rollout/rollout.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as machine from "../machine/machine.ts";
import * as unit from "../unit/unit.ts";
import * as rollout from "./rollout.ts";

/** Moves every rollout of the model on; returns whether any is under way still. */
export async function advanceAll(tx: Transaction, now: Temporal.Instant): Promise<boolean> {
  const open = await rollout.listOpen(tx);
  const after: rollout.StoredRollout[] = [];
  for (const each of open) {
    const observations = await observeMembers(tx, each);
    after.push(await rollout.observe(tx, each, { observations, now }));
  }
  return after.some(({ ended }) => ended === "");
}

async function observeMembers(tx: ReadTransaction, each: rollout.StoredRollout): Promise<News[]> {
  const outcomes = await (each.kind === "agents"
    ? lookAtMachines(tx, each)
    : lookAtUnits(tx, each));
  return each.members.flatMap(({ id, stage }) => {
    if (stage !== "upgrading" && stage !== "waiting") return [];
    const kind = outcomes(id);
    return kind ? [{ kind, id }] : [];
  });
}

/** What has become of a member by its id, if anything has. */
type Outcomes = (id: string) => "upgraded" | "gone" | undefined;

async function lookAtMachines(
  tx: ReadTransaction,
  { to }: rollout.StoredRollout,
): Promise<Outcomes> {
  const machines = new Map((await machine.list(tx)).map((each) => [each.id, each]));
  return (id) => {
    const found = machines.get(id);
    if (found === undefined || found.life !== "alive") return "gone";
    return found.version === to ? "upgraded" : undefined;
  };
}

async function lookAtUnits(
  tx: ReadTransaction,
  { subject, to, modifiedVersion }: rollout.StoredRollout,
): Promise<Outcomes> {
  const list = await unit.list(tx, { application: subject });
  const units = new Map(list.map((each) => [each.name, each]));
  return (id) => {
    const found = units.get(id);
    if (found === undefined || found.life !== "alive") return "gone";
    const isThere = found.charm === to && found.modifiedVersion === modifiedVersion;
    return isThere && found.isSettled ? "upgraded" : undefined;
  };
}

export interface Failure {
  readonly machine: string;
  readonly rollout: number;
  readonly reason: string;
  readonly now: Temporal.Instant;
}

/** A machine has returned from the version that the rollout asked for. */
export async function noteFailure(tx: Transaction, failure: Failure): Promise<void> {
  const { machine: id, rollout: rolloutId, reason, now } = failure;
  const [found] = await rollout.list(tx, rolloutId);
  if (found === undefined) return;
  const observations = [{ kind: "failed" as const, id, message: reason }];
  await rollout.observe(tx, found, { observations, now });
}
