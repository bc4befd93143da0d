/**
 * Leadership: one unit of each application leads, for as long as it renews its lease.
 *
 * Nobody else can lead before the lease has run out, whatever becomes of the leader. So a leader
 * that knows when its lease ends knows for how long it may act. When a controller was away, leases
 * are extended before anybody can take them: their holders could not renew them.
 */
import { Problem } from "#base/problem.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import { listHeld } from "../machine/upgrade-row.ts";

interface LeadershipTable {
  readonly model: string;
  readonly application: string;
  readonly unit: string;
  readonly expires: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly leadership: LeadershipTable;
  }
}

const leaseSecondsMax = 300;

export interface Claim {
  readonly application: string;
  readonly unit: string;
  readonly seconds: number;
  readonly now: Temporal.Instant;
}

/** Takes or renews the lease. Throws `leadership claim denied` while another unit has it. */
export async function claim(
  tx: Transaction,
  { application, unit, seconds, now }: Claim,
): Promise<void> {
  const held = await findLease(tx, application);
  if (held && held.unit !== unit && !(await isOver(tx, held, now))) {
    throw new Problem("leadership claim denied", `${held.unit} leads ${application}`);
  }
  const expires = now.add({ seconds: Math.min(seconds, leaseSecondsMax) }).toString();
  await tx
    .insertInto("leadership")
    .values({ model: tx.model, application, unit, expires })
    .onConflict((conflict) =>
      conflict.columns(["model", "application"]).doUpdateSet({ unit, expires }),
    )
    .execute();
  if (held?.unit !== unit) await changed(tx, "leadership", application);
}

/** Gives the lease up, if the unit has it. */
export async function resign(
  tx: Transaction,
  { application, unit }: { readonly application: string; readonly unit: string },
): Promise<void> {
  const { numDeletedRows } = await tx
    .deleteFrom("leadership")
    .where("model", "=", tx.model)
    .where("application", "=", application)
    .where("unit", "=", unit)
    .executeTakeFirst();
  if (numDeletedRows) await changed(tx, "leadership", application);
}

/** The unit that leads the application, even if its lease has run out and nobody took it yet. */
export async function findLeader(
  tx: ReadTransaction,
  application: string,
): Promise<string | undefined> {
  const lease = await findLease(tx, application);
  return lease?.unit;
}

/** The leader of each application that has one. */
export async function listLeaders(tx: ReadTransaction): Promise<Map<string, string>> {
  const rows = await tx
    .selectFrom("leadership")
    .select(["application", "unit"])
    .where("model", "=", tx.model)
    .execute();
  return new Map(rows.map(({ application, unit }) => [application, unit]));
}

/** Ends the leases that have run out, so that other units hear of it; returns when the next will. */
export async function expire(
  tx: Transaction,
  now: Temporal.Instant,
): Promise<Temporal.Instant | undefined> {
  const rows = await tx
    .selectFrom("leadership")
    .selectAll()
    .where("model", "=", tx.model)
    .execute();
  const kept = await listHeld(tx);
  for (const { application, unit, expires } of rows) {
    if (!isAfter(expires, now) && !kept.has(unit)) await resign(tx, { application, unit });
  }
  const left = rows.map(({ expires }) => expires).filter((expires) => isAfter(expires, now));
  const next = left.toSorted((a, b) => Temporal.Instant.compare(a, b)).at(0);
  return next === undefined ? undefined : Temporal.Instant.from(next);
}

/** Gives every lease at least this long from now on. */
export async function extendAll(
  tx: Transaction,
  { seconds, now }: { readonly seconds: number; readonly now: Temporal.Instant },
): Promise<void> {
  const until = now.add({ seconds });
  const rows = await tx
    .selectFrom("leadership")
    .selectAll()
    .where("model", "=", tx.model)
    .execute();
  for (const { application, expires } of rows) {
    if (isAfter(expires, until)) continue;
    await tx
      .updateTable("leadership")
      .set({ expires: until.toString() })
      .where("model", "=", tx.model)
      .where("application", "=", application)
      .execute();
  }
}

async function findLease(
  tx: ReadTransaction,
  application: string,
): Promise<{ unit: string; expires: string } | undefined> {
  return tx
    .selectFrom("leadership")
    .select(["unit", "expires"])
    .where("model", "=", tx.model)
    .where("application", "=", application)
    .executeTakeFirst();
}

/** A leader whose machine's system is being upgraded leads until that is over, as in Juju. */
async function isOver(
  tx: ReadTransaction,
  { unit, expires }: { readonly unit: string; readonly expires: string },
  now: Temporal.Instant,
): Promise<boolean> {
  return !isAfter(expires, now) && !(await listHeld(tx)).has(unit);
}

function isAfter(time: string, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(Temporal.Instant.from(time), now) > 0;
}
