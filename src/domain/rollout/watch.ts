/**
 * Watching rollouts: what became of those on their way, as the model's own tables tell it.
 *
 * Nobody reports to a rollout. A machine is upgraded when its agent says that it runs the version,
 * a unit when it runs the charm and the hooks that follow have run; so a controller that was away
 * sees the same as one that was there.
 */
import type { Observation } from "#rollout/rollout.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as machine from "../machine/machine.ts";
import * as unit from "../unit/unit.ts";
import * as rollout from "./rollout.ts";

/** Moves every rollout of the model on; returns whether any is under way still. */
export async function advanceAll(tx: Transaction, now: Temporal.Instant): Promise<boolean> {
  const open = await rollout.listOpen(tx);
  const after: rollout.StoredRollout[] = [];
  for (const each of open) {
    const observations = [...(await observeMembers(tx, each)), { kind: "tick" as const }];
    after.push(await rollout.observe(tx, each, { observations, now }));
  }
  return after.some(({ ended }) => ended === "");
}

async function observeMembers(
  tx: ReadTransaction,
  { kind, to, modifiedVersion, members }: rollout.StoredRollout,
): Promise<Observation[]> {
  const observations: Observation[] = [];
  for (const { id, stage } of members) {
    if (stage !== "upgrading" && stage !== "waiting") continue;
    const seen =
      kind === "agents"
        ? observeMachine(await machine.find(tx, id), to)
        : observeUnit(await unit.find(tx, id), { charm: to, modifiedVersion });
    if (seen) observations.push({ kind: seen, id });
  }
  return observations;
}

type Seen = "upgraded" | "gone" | undefined;

function observeMachine(found: machine.Machine | undefined, version: string): Seen {
  if (found === undefined || found.life !== "alive") return "gone";
  return found.version === version ? "upgraded" : undefined;
}

function observeUnit(
  found: unit.Unit | undefined,
  { charm, modifiedVersion }: { readonly charm: string; readonly modifiedVersion: number },
): Seen {
  if (found === undefined || found.life !== "alive") return "gone";
  const isThere = found.charm === charm && found.modifiedVersion === modifiedVersion;
  return isThere && found.isSettled ? "upgraded" : undefined;
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
