/**
 * Members of relations: the units that take part, and the applications whose leaders say something.
 *
 * A unit takes part once it is installed, with settings that others may read; it has left when its
 * last hook about the relation has run. Settings have versions, so that an agent knows whether it
 * has told its charm of them.
 */
import { byKey } from "#base/order.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import { firstVersion } from "./first-version.ts";

export interface Member {
  readonly relation: number;
  readonly unit: string;
  readonly application: string;
  /** Of its settings; the first is 1. */
  readonly version: number;
}

export type Settings = Readonly<Record<string, string>>;

interface RelationMemberTable {
  readonly model: string;
  readonly relation: number;
  /** A unit, or an application for the settings that its leader writes. */
  readonly member: string;
  readonly application: string;
  readonly version: number;
  readonly settings: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly relation_member: RelationMemberTable;
  }
}

export interface Entry {
  readonly relation: number;
  readonly unit: string;
  readonly application: string;
  readonly settings: Settings;
}

/** The unit takes part from now on. One that does already goes on as before. */
export async function enter(
  tx: Transaction,
  { relation, unit, application, settings }: Entry,
): Promise<void> {
  const version = await firstVersion(tx, relation);
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto("relation_member")
    .values({
      ...{ model: tx.model, relation, member: unit, application, version },
      settings: JSON.stringify(settings),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows) await changed(tx, "relation", `${relation}`);
}

export async function leave(
  tx: Transaction,
  { relation, unit }: { readonly relation: number; readonly unit: string },
): Promise<void> {
  const { numDeletedRows } = await tx
    .deleteFrom("relation_member")
    .where("model", "=", tx.model)
    .where("relation", "=", relation)
    .where("member", "=", unit)
    .executeTakeFirst();
  if (numDeletedRows) await changed(tx, "relation", `${relation}`);
}

/** The units that take part in the relations, and the applications whose leaders wrote settings. */
export async function list(tx: ReadTransaction, relations: readonly number[]): Promise<Member[]> {
  if (relations.length === 0) return [];
  return tx
    .selectFrom("relation_member")
    .select(["relation", "member as unit", "application", "version"])
    .where("model", "=", tx.model)
    .where("relation", "in", [...relations])
    .orderBy("member")
    .execute();
}

/** The relations that the unit takes part in. */
export async function listEntered(tx: ReadTransaction, unit: string): Promise<number[]> {
  const rows = await tx
    .selectFrom("relation_member")
    .select("relation")
    .where("model", "=", tx.model)
    .where("member", "=", unit)
    .execute();
  return rows.map(({ relation }) => relation);
}

/** The settings of a unit or an application; empty for one that does not take part. */
export async function getSettings(
  tx: ReadTransaction,
  { relation, member }: { readonly relation: number; readonly member: string },
): Promise<Settings> {
  const row = await tx
    .selectFrom("relation_member")
    .select("settings")
    .where("model", "=", tx.model)
    .where("relation", "=", relation)
    .where("member", "=", member)
    .executeTakeFirst();
  return row === undefined ? {} : JSON.parse(row.settings);
}

export interface SettingsChange {
  readonly relation: number;
  readonly member: string;
  readonly application: string;
  /** An empty value removes its key. */
  readonly settings: Settings;
}

/** Writes settings; those that are so already make no new version. */
export async function changeSettings(tx: Transaction, change: SettingsChange): Promise<void> {
  const { relation, member, application } = change;
  const before = await getSettings(tx, { relation, member });
  const kept = Object.entries({ ...before, ...change.settings }).filter(
    ([, value]) => value !== "",
  );
  const settings = JSON.stringify(Object.fromEntries(kept.toSorted(byKey)));
  if (settings === JSON.stringify(before)) return;
  await tx
    .insertInto("relation_member")
    .values({ model: tx.model, relation, member, application, version: 1, settings })
    .onConflict((conflict) =>
      conflict.columns(["model", "relation", "member"]).doUpdateSet(({ ref, eb }) => ({
        settings,
        version: eb(ref("relation_member.version"), "+", 1),
      })),
    )
    .execute();
  await changed(tx, "relation", `${relation}`);
}
