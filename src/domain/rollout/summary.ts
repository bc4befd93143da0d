/**
 * Summaries: how far each rollout of a model has come, and what happens next.
 *
 * They count members rather than naming them, so that a list of rollouts stays small however many
 * machines a model has.
 */
import { type Stage, stages } from "#rollout/rollout.ts";
import type { ReadTransaction } from "#store/database.ts";
import type { RolloutKind, StoredRollout } from "./rollout.ts";

/** How many members there are at each stage. */
type Counts = Readonly<Record<Stage, number>>;

export interface Summary
  extends Omit<StoredRollout, "members" | "modifiedVersion" | "plan" | "wave"> {
  readonly counts: Counts;
}

const listMax = 100;

/** Newest first, `listMax` at most. */
export async function list(tx: ReadTransaction): Promise<Summary[]> {
  const rows = await selectRollouts(tx).limit(listMax).execute();
  const counts = await countMembers(tx, rows.at(-1)?.id ?? 0);
  return rows.map((row) => ({ ...row, counts: toCounts(counts.get(row.id) ?? []) }));
}

/** The newest of its kind, if there has been any. */
export async function findLast(
  tx: ReadTransaction,
  kind: RolloutKind,
): Promise<Summary | undefined> {
  const row = await selectRollouts(tx).where("kind", "=", kind).limit(1).executeTakeFirst();
  if (row === undefined) return undefined;
  const counts = await countMembers(tx, row.id);
  return { ...row, counts: toCounts(counts.get(row.id) ?? []) };
}

export function summarize({ members, ...rollout }: StoredRollout): Summary {
  const { id, kind, subject, from, to, state, startedBy, started, ended } = rollout;
  const counts = toCounts(members.map(({ stage }) => ({ stage, count: 1 })));
  return { id, kind, subject, from, to, state, startedBy, started, ended, counts };
}

/** What happens next, or what somebody has to do. */
export function sayNext(
  { state, kind, subject, counts, ended }: Summary,
  { isController }: { readonly isController: boolean },
): string {
  const retryAgents = isController ? "upgrade-controller" : "upgrade-model";
  const retry = kind === "agents" ? retryAgents : `upgrade-charm ${subject}`;
  switch (state) {
    case "planned":
    case "rolling":
      return `${counts.upgrading} upgrading, ${counts.waiting} waiting`;
    case "halted":
      if (ended === "") return `${counts.upgrading} on their way, no more will start`;
      return `${counts.failed} failed: when the reason is mended, run ${retry} again`;
    case "aborted":
      return ended === "" ? `${counts.upgrading} on their way, no more will start` : "nothing";
    case "done":
      return "nothing";
  }
}

function selectRollouts(tx: ReadTransaction) {
  return tx
    .selectFrom("rollout")
    .select(["id", "kind", "subject", "from_what as from", "to_what as to", "state"])
    .select(["started_by as startedBy", "started", "ended"])
    .where("model", "=", tx.model)
    .orderBy("id", "desc");
}

interface Count {
  readonly stage: Stage;
  readonly count: number;
}

/** Of each rollout from the oldest on. */
async function countMembers(tx: ReadTransaction, oldest: number) {
  const rows = await tx
    .selectFrom("rollout_member")
    .select(({ fn }) => ["rollout", "stage", fn.countAll<number>().as("count")])
    .where("model", "=", tx.model)
    .where("rollout", ">=", oldest)
    .groupBy(["rollout", "stage"])
    .execute();
  return Map.groupBy(rows, ({ rollout }) => rollout);
}

function toCounts(counted: readonly Count[]): Counts {
  const counts = Object.fromEntries(stages.map((stage) => [stage, 0])) as Record<Stage, number>;
  for (const { stage, count } of counted) counts[stage] += count;
  return counts;
}
