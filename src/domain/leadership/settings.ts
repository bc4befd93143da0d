/**
 * Leader settings: what the leader of an application tells its other units.
 *
 * Each change makes a new version, by which the others see that there is something new. Whoever
 * leads next goes on with what is there.
 */
import { byKey } from "#base/order.ts";
import { Problem } from "#base/problem.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as leadership from "./leadership.ts";

interface LeaderSettingsTable {
  readonly model: string;
  readonly application: string;
  /** The first is 1. */
  readonly version: number;
  readonly settings: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly leader_settings: LeaderSettingsTable;
  }
}

const settingsBytesMax = 2 * 1024 * 1024;

type Settings = Readonly<Record<string, string>>;

/** Version 0 is that of none. */
export interface LeaderSettings {
  readonly version: number;
  readonly settings: Settings;
}

export async function get(tx: ReadTransaction, application: string): Promise<LeaderSettings> {
  const row = await tx
    .selectFrom("leader_settings")
    .select(["version", "settings"])
    .where("model", "=", tx.model)
    .where("application", "=", application)
    .executeTakeFirst();
  if (row === undefined) return { version: 0, settings: {} };
  return { version: row.version, settings: JSON.parse(row.settings) };
}

export interface LeaderSettingsChange {
  readonly application: string;
  /** The unit that writes. */
  readonly unit: string;
  /** An empty value removes its key. */
  readonly settings: Settings;
}

/**
 * Writes settings; those that are so already make no new version. Throws `leadership claim denied`
 * for a unit that does not lead, and `quota limit exceeded`.
 */
export async function change(
  tx: Transaction,
  { application, unit, settings: given }: LeaderSettingsChange,
): Promise<void> {
  if ((await leadership.findLeader(tx, application)) !== unit) {
    const message = `cannot write settings of "${application}": "${unit}" is not the leader`;
    throw new Problem("leadership claim denied", message);
  }
  const before = await get(tx, application);
  const kept = Object.entries({ ...before.settings, ...given }).filter(([, value]) => value !== "");
  const settings = JSON.stringify(Object.fromEntries(kept.toSorted(byKey)));
  if (settings === JSON.stringify(before.settings)) return;
  refuseTooLong(application, settings);
  const version = before.version + 1;
  await tx
    .insertInto("leader_settings")
    .values({ model: tx.model, application, version, settings })
    .onConflict((conflict) =>
      conflict.columns(["model", "application"]).doUpdateSet({ version, settings }),
    )
    .execute();
  await changed(tx, "leader_settings", application);
}

export async function remove(tx: Transaction, application: string): Promise<void> {
  const { numDeletedRows } = await tx
    .deleteFrom("leader_settings")
    .where("model", "=", tx.model)
    .where("application", "=", application)
    .executeTakeFirst();
  if (numDeletedRows) await changed(tx, "leader_settings", application);
}

function refuseTooLong(application: string, settings: string): void {
  const bytes = Buffer.byteLength(settings);
  if (bytes <= settingsBytesMax) return;
  const message = `leader settings of "${application}" would take ${bytes} of at most ${settingsBytesMax} bytes`;
  throw new Problem("quota limit exceeded", message);
}
