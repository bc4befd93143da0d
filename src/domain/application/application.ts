/**
 * Applications: deployed charms.
 *
 * Settings are kept for each charm that the application has had, for a unit that has not upgraded
 * yet reads those of the charm that it still runs. Each change of charm raises the modified
 * version, which is how a unit sees that it has something to upgrade to.
 */
import { Problem } from "#base/problem.ts";
import { checkApplicationName } from "#charm/application-name.ts";
import type { Setting } from "#charm/config.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as constraints from "../constraints/constraints.ts";
import type { Life } from "../life.ts";
import * as status from "../status/status.ts";

export type Settings = Readonly<Record<string, Setting>>;

export interface Application {
  readonly name: string;
  readonly life: Life;
  /** The URL of its charm. */
  readonly charm: string;
  readonly modifiedVersion: number;
  /** Whether even units whose hook has failed are to upgrade to the charm. */
  readonly forceUnits: boolean;
  /** As in `ubuntu@22.04`. */
  readonly base: string;
  readonly channel: string;
  readonly isExposed: boolean;
  /** Where it is exposed to whom, by endpoint; under an empty name, at all others. */
  readonly exposure: Exposure;
  /** Whether its charm may use the credentials of the model's cloud. */
  readonly isTrusted: boolean;
}

/** To whom each endpoint is open: to networks, and to spaces. */
export type Exposure = Readonly<Record<string, ExposedEndpoint>>;

export interface ExposedEndpoint {
  readonly cidrs: readonly string[];
  readonly spaces: readonly string[];
}

interface ApplicationTable {
  readonly model: string;
  readonly name: string;
  readonly life: Life;
  readonly charm: string;
  readonly modified_version: number;
  readonly force_units: number;
  readonly base: string;
  readonly channel: string;
  readonly exposed: number;
  readonly exposed_endpoints: string;
  readonly trusted: number;
}

interface ApplicationSettingsTable {
  readonly model: string;
  readonly application: string;
  readonly charm: string;
  readonly settings: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly application: ApplicationTable;
    readonly application_settings: ApplicationSettingsTable;
  }
}

export interface NewApplication {
  readonly name: string;
  readonly charm: string;
  readonly base: string;
  readonly channel: string;
  readonly settings: Settings;
  readonly isTrusted: boolean;
  readonly now: Temporal.Instant;
}

/** Throws `not valid` for a name that applications cannot have, and `already exists`. */
export async function add(tx: Transaction, application: NewApplication): Promise<void> {
  const { name, charm, base, channel, settings, isTrusted, now } = application;
  checkApplicationName(name);
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto("application")
    .values({
      ...{ model: tx.model, name, life: "alive", charm, base, channel },
      ...{ modified_version: 1, force_units: 0, exposed: 0, exposed_endpoints: "{}" },
      trusted: Number(isTrusted),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (!numInsertedOrUpdatedRows) {
    const message = `cannot add application "${name}": application already exists`;
    throw new Problem("already exists", message);
  }
  await saveSettings(tx, { application: name, charm, settings });
  await changed(tx, "application", name);
  const entity = status.entities.application(name);
  await status.set(tx, { entity, status: "unset", now });
}

export async function find(tx: ReadTransaction, name: string): Promise<Application | undefined> {
  const row = await selectApplications(tx).where("name", "=", name).executeTakeFirst();
  return row && toApplication(row);
}

/** Throws `not found`. */
export async function get(tx: ReadTransaction, name: string): Promise<Application> {
  const application = await find(tx, name);
  if (application === undefined) throw new Problem("not found", `application "${name}" not found`);
  return application;
}

/** Throws `not found`, and `not valid` when the application is being removed. */
export async function getAlive(tx: ReadTransaction, name: string): Promise<Application> {
  const application = await get(tx, name);
  if (application.life === "alive") return application;
  throw new Problem("not valid", `application "${name}" is being removed`);
}

/** Every application, in the order of their names. */
export async function list(tx: ReadTransaction): Promise<Application[]> {
  const rows = await selectApplications(tx).orderBy("name").execute();
  return rows.map(toApplication);
}

/** Only what somebody has set, for one of the application's charms. */
export async function getSettings(
  tx: ReadTransaction,
  { application, charm }: { readonly application: string; readonly charm: string },
): Promise<Settings> {
  const row = await tx
    .selectFrom("application_settings")
    .select("settings")
    .where("model", "=", tx.model)
    .where("application", "=", application)
    .where("charm", "=", charm)
    .executeTakeFirst();
  return row === undefined ? {} : JSON.parse(row.settings);
}

interface SettingsOfCharm {
  readonly application: string;
  readonly charm: string;
  /** Null for none. */
  readonly settings: Settings;
}

export async function saveSettings(tx: Transaction, saved: SettingsOfCharm): Promise<void> {
  const { application, charm } = saved;
  const present = Object.entries(saved.settings).filter(([, value]) => value !== null);
  const settings = JSON.stringify(Object.fromEntries(present));
  await tx
    .insertInto("application_settings")
    .values({ model: tx.model, application, charm, settings })
    .onConflict((conflict) =>
      conflict.columns(["model", "application", "charm"]).doUpdateSet({ settings }),
    )
    .execute();
  await changed(tx, "application", application);
}

export async function setLife(tx: Transaction, name: string, life: Life): Promise<void> {
  await update(tx, name, { life });
}

export async function setTrusted(tx: Transaction, name: string, isTrusted: boolean): Promise<void> {
  await update(tx, name, { trusted: Number(isTrusted) });
}

export async function setBase(tx: Transaction, name: string, base: string): Promise<void> {
  await update(tx, name, { base });
}

/** One that is exposed nowhere is not exposed. */
export async function setExposure(tx: Transaction, name: string, to: Exposure): Promise<void> {
  const exposed = Object.keys(to).length > 0 ? 1 : 0;
  await update(tx, name, { exposed, exposed_endpoints: JSON.stringify(to) });
}

export interface CharmChange {
  readonly charm: string;
  readonly modifiedVersion: number;
  readonly forceUnits: boolean;
  readonly channel: string;
}

export async function setCharm(tx: Transaction, name: string, to: CharmChange): Promise<void> {
  await update(tx, name, {
    charm: to.charm,
    modified_version: to.modifiedVersion,
    force_units: to.forceUnits ? 1 : 0,
    channel: to.channel,
  });
}

export async function remove(tx: Transaction, name: string): Promise<void> {
  await tx
    .deleteFrom("application_settings")
    .where("model", "=", tx.model)
    .where("application", "=", name)
    .execute();
  await tx
    .deleteFrom("application")
    .where("model", "=", tx.model)
    .where("name", "=", name)
    .execute();
  await status.remove(tx, [status.entities.application(name)]);
  await constraints.remove(tx, constraints.entities.application(name));
  await changed(tx, "application", name);
}

async function update(
  tx: Transaction,
  name: string,
  values: Partial<ApplicationTable>,
): Promise<void> {
  await tx
    .updateTable("application")
    .set(values)
    .where("model", "=", tx.model)
    .where("name", "=", name)
    .execute();
  await changed(tx, "application", name);
}

function selectApplications(tx: ReadTransaction) {
  return tx.selectFrom("application").selectAll().where("model", "=", tx.model);
}

function toApplication(row: ApplicationTable): Application {
  const { name, life, charm, base, channel } = row;
  return {
    ...{ name, life, charm, base, channel },
    modifiedVersion: row.modified_version,
    forceUnits: row.force_units === 1,
    isExposed: row.exposed === 1,
    exposure: JSON.parse(row.exposed_endpoints),
    isTrusted: row.trusted === 1,
  };
}
