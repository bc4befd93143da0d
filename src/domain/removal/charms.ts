/**
 * Forgetting charms: each upload and each upgrade leaves one behind, with an archive that may be
 * large.
 *
 * A charm is needed as long as an application has it, a unit runs it or is to run it, or an upgrade
 * that has not ended leads from it or to it. A young one may be about to be deployed.
 */
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as application from "../application/application.ts";
import * as charm from "../charm/charm.ts";
import * as rollout from "../rollout/rollout.ts";
import * as unit from "../unit/unit.ts";

const youth = { hours: 24 };

export async function forgetUnusedCharms(tx: Transaction, now: Temporal.Instant): Promise<void> {
  const old = await charm.listOlder(tx, now.subtract(youth));
  if (old.length === 0) return;
  const used = await listUsed(tx);
  for (const url of old) if (!used.has(url)) await charm.forget(tx, url);
}

async function listUsed(tx: ReadTransaction): Promise<ReadonlySet<string | null>> {
  const applications = await application.list(tx);
  const units = await unit.list(tx);
  const rollouts = await rollout.listOpen(tx);
  return new Set([
    ...applications.map((each) => each.charm),
    ...units.flatMap((each) => [each.charm, each.desiredCharm]),
    ...rollouts.flatMap(({ from, to }) => [from, to]),
  ]);
}
