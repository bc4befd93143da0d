/**
 * Rollouts as a model remembers them: who began which, why, what became of each member, and when.
 *
 * How a rollout moves is decided in `#rollout`; here its decisions are kept and carried out, in one
 * transaction: a member may upgrade because the store says so. Nothing of a rollout that has ended
 * is ever changed.
 */
import { Problem } from "#base/problem.ts";
import { advance } from "#rollout/advance.ts";
import {
  begin,
  hasEnded,
  type Member,
  type Observation,
  type Plan,
  type Rollout,
  type Stage,
  type State,
} from "#rollout/rollout.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as machine from "../machine/machine.ts";
import * as sequence from "../sequence/sequence.ts";
import * as unit from "../unit/unit.ts";

/** All agents of a model, or all units of an application. */
export type RolloutKind = "agents" | "charm";

export interface StoredRollout extends Rollout {
  readonly id: number;
  readonly kind: RolloutKind;
  /** The model's name, or the application's. */
  readonly subject: string;
  /** Versions of the agent, or URLs of charms. */
  readonly from: string;
  readonly to: string;
  /** For a charm, the application's modified version that goes with it. */
  readonly modifiedVersion: number;
  readonly startedBy: string;
  readonly started: string;
  /** Empty while it is under way. */
  readonly ended: string;
}

interface RolloutTable {
  readonly model: string;
  readonly id: number;
  readonly kind: RolloutKind;
  readonly subject: string;
  readonly from_what: string;
  readonly to_what: string;
  readonly modified_version: number;
  readonly plan: string;
  readonly state: State;
  readonly wave: number;
  readonly started_by: string;
  readonly started: string;
  readonly ended: string;
}

interface RolloutMemberTable {
  readonly model: string;
  readonly rollout: number;
  readonly id: string;
  readonly place: number;
  readonly wave: number;
  readonly stage: Stage;
  readonly since: string;
  readonly message: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly rollout: RolloutTable;
    readonly rollout_member: RolloutMemberTable;
  }
}

const listMax = 100;

export interface NewRollout {
  readonly kind: RolloutKind;
  readonly subject: string;
  readonly from: string;
  readonly to: string;
  readonly modifiedVersion?: number;
  readonly plan: Plan;
  readonly startedBy: string;
  readonly now: Temporal.Instant;
}

/** Begins a rollout and sends its first members on their way; returns its id, from 1 on. */
export async function start(tx: Transaction, rollout: NewRollout): Promise<number> {
  const { kind, subject, from, to, modifiedVersion = 0, plan, startedBy, now } = rollout;
  const id = (await sequence.take(tx, "rollout")) + 1;
  const stored: StoredRollout = {
    ...begin(plan, now),
    ...{ id, kind, subject, from, to, modifiedVersion, startedBy },
    ...{ started: now.toString(), ended: "" },
  };
  await save(tx, stored);
  for (const [place, member] of stored.members.entries())
    await saveMember(tx, id, { ...member, place });
  await observe(tx, stored, { observations: [], now });
  return id;
}

/** Notes what was seen, decides what follows, and carries it out. */
export async function observe(
  tx: Transaction,
  before: StoredRollout,
  { observations, now }: { observations: readonly Observation[]; now: Temporal.Instant },
): Promise<StoredRollout> {
  if (before.ended !== "") return before;
  const moved: Rollout = advance(before, observations, now);
  const ended = hasEnded(moved) ? now.toString() : "";
  const after = { ...before, ...moved, ended };
  if (isSame(before, after)) return before;
  await save(tx, after);
  for (const [place, member] of after.members.entries()) {
    if (member === before.members[place]) continue;
    await saveMember(tx, after.id, { ...member, place });
    if (member.stage === "upgrading") await send(tx, after, member.id);
  }
  return after;
}

function isSame(before: StoredRollout, after: StoredRollout): boolean {
  const areMembers = before.members.every((member, index) => member === after.members[index]);
  return areMembers && before.state === after.state && before.wave === after.wave;
}

/** It is the member's turn. */
async function send(tx: Transaction, rollout: StoredRollout, member: string): Promise<void> {
  const { id, kind, to, modifiedVersion } = rollout;
  if (kind === "agents") return machine.desire(tx, member, { version: to, rollout: id });
  const desired = { desiredCharm: to, desiredModifiedVersion: modifiedVersion };
  await unit.change(tx, member, desired);
}

/** Starts no more members; those on their way go on. Throws `not found` when none is under way. */
export async function abort(
  tx: Transaction,
  { kind, subject, now }: { kind: RolloutKind; subject: string; now: Temporal.Instant },
): Promise<void> {
  const underWay = await findUnderWay(tx, kind, subject);
  if (underWay === undefined)
    throw new Problem("not found", `no upgrade of ${subject} is under way`);
  await observe(tx, underWay, { observations: [{ kind: "abort" }], now });
}

export async function findUnderWay(
  tx: ReadTransaction,
  kind: RolloutKind,
  subject: string,
): Promise<StoredRollout | undefined> {
  const open = await listOpen(tx);
  return open.find((rollout) => rollout.kind === kind && rollout.subject === subject);
}

/** Those that have not ended, oldest first. */
export async function listOpen(tx: ReadTransaction): Promise<StoredRollout[]> {
  const rows = await selectRollouts(tx).where("ended", "=", "").orderBy("id").execute();
  return Promise.all(rows.map((row) => withMembers(tx, row)));
}

/** Newest first, `listMax` at most; or the one with the id. */
export async function list(tx: ReadTransaction, id?: number): Promise<StoredRollout[]> {
  const query = selectRollouts(tx).orderBy("id", "desc").limit(listMax);
  const rows = await (id === undefined ? query : query.where("id", "=", id)).execute();
  return Promise.all(rows.map((row) => withMembers(tx, row)));
}

async function save(tx: Transaction, rollout: StoredRollout): Promise<void> {
  const { id, plan, state, wave, ended } = rollout;
  const changing = { state, wave, ended };
  await tx
    .insertInto("rollout")
    .values({
      ...{ model: tx.model, id, kind: rollout.kind, subject: rollout.subject },
      ...{ from_what: rollout.from, to_what: rollout.to, plan: JSON.stringify(plan) },
      ...{ modified_version: rollout.modifiedVersion, started_by: rollout.startedBy },
      ...{ started: rollout.started, ...changing },
    })
    .onConflict((conflict) => conflict.columns(["model", "id"]).doUpdateSet(changing))
    .execute();
  await changed(tx, "rollout", `${id}`);
}

async function saveMember(
  tx: Transaction,
  rollout: number,
  { id, wave, stage, since, message, place }: Member & { readonly place: number },
): Promise<void> {
  const changing = { stage, since: since.toString(), message };
  await tx
    .insertInto("rollout_member")
    .values({ model: tx.model, rollout, id, place, wave, ...changing })
    .onConflict((conflict) => conflict.columns(["model", "rollout", "id"]).doUpdateSet(changing))
    .execute();
}

function selectRollouts(tx: ReadTransaction) {
  return tx.selectFrom("rollout").selectAll().where("model", "=", tx.model);
}

async function withMembers(tx: ReadTransaction, row: RolloutTable): Promise<StoredRollout> {
  const { id, kind, subject, state, wave, started, ended } = row;
  const members = await tx
    .selectFrom("rollout_member")
    .select(["id", "wave", "stage", "since", "message"])
    .where("model", "=", tx.model)
    .where("rollout", "=", id)
    .orderBy("place")
    .execute();
  return {
    ...{ id, kind, subject, state, wave, started, ended },
    ...{ from: row.from_what, to: row.to_what, startedBy: row.started_by },
    modifiedVersion: row.modified_version,
    plan: JSON.parse(row.plan),
    members: members.map((member) => ({ ...member, since: Temporal.Instant.from(member.since) })),
  };
}
