/** How far the upgrade of a model's agents has come, as it is said of the model. */
import type { Machine } from "#domain/machine/machine.ts";
import * as rollouts from "#domain/rollout/summary.ts";
import type { ReadTransaction } from "#store/database.ts";

/** Of the agents, if one is under way, or has halted and left machines behind. */
export async function findUpgrade(
  tx: ReadTransaction,
  machines: readonly Machine[],
): Promise<rollouts.Summary | undefined> {
  const last = await rollouts.findLast(tx, "agents");
  if (last === undefined || last.ended === "") return last;
  const isBehind = machines.some(({ life, version }) => life === "alive" && version !== last.to);
  return last.state === "halted" && isBehind ? last : undefined;
}

/** What the operator wants to know first; empty if nothing is under way. */
export function sayUpgrade(upgrade: rollouts.Summary | undefined): string {
  if (upgrade === undefined) return "";
  const { to, counts, state } = upgrade;
  const all = Object.values(counts).reduce((total, count) => total + count, 0);
  return state === "halted"
    ? `upgrade to ${to} halted: ${counts.failed} of ${all} machines failed`
    : `upgrading to ${to}: ${counts.upgraded} of ${all} machines done`;
}
