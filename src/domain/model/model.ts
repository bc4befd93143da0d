/**
 * Models: sets of applications and machines, each owned by a user.
 *
 * The controller runs in a model of its own, called `controller`. A model that dies takes along
 * everything in it, and is removed when nothing is left.
 */
import { Problem } from "#base/problem.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import type { Life } from "../life.ts";
import {
  checkKey,
  checkSettings,
  type ModelSettings,
  refuseTooMany,
  withDefaults,
} from "./config.ts";
import { inheritedSettings } from "./defaults.ts";

export interface Model {
  readonly uuid: string;
  readonly name: string;
  readonly owner: string;
  readonly life: Life;
  readonly cloud: string;
  readonly region: string;
  /** What its agents are to run. */
  readonly agentVersion: string;
  readonly isController: boolean;
  readonly created: string;
}

interface ModelTable {
  readonly uuid: string;
  readonly name: string;
  readonly owner: string;
  readonly life: Life;
  readonly cloud: string;
  readonly region: string;
  readonly agent_version: string;
  readonly is_controller: number;
  readonly created: string;
  readonly settings: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly model: ModelTable;
  }
}

export const controllerModelName = "controller";
const namePattern = /^[a-z0-9]+[a-z0-9-]*$/;
const nameLengthMax = 63;

export type NewModel = Omit<Model, "life"> & { readonly settings: ModelSettings };

/**
 * Adds a model; its owner gets `admin` access. Runs in the controller's scope.
 * Throws `not valid` for a name that models cannot have, and `already exists`.
 */
export async function create(tx: Transaction, { settings, ...model }: NewModel): Promise<void> {
  const { uuid, name, owner, cloud, region, agentVersion, isController, created } = model;
  refuseInvalidName(name);
  const own = { ...(await inheritedSettings(tx, region)), ...checkSettings(settings) };
  refuseTooMany(own);
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto("model")
    .values({
      ...{ uuid, name, owner, life: "alive", cloud, region, created },
      agent_version: agentVersion,
      is_controller: isController ? 1 : 0,
      settings: JSON.stringify(own),
    })
    .onConflict((conflict) => conflict.columns(["owner", "name"]).doNothing())
    .executeTakeFirst();
  if (!numInsertedOrUpdatedRows) {
    const message = `failed to create new model: model "${name}" for ${owner} already exists`;
    throw new Problem("already exists", message);
  }
  await tx
    .insertInto("model_access")
    .values({ model: uuid, user: owner, access: "admin" })
    .execute();
  await changed(tx, "model", uuid);
}

function refuseInvalidName(name: string): void {
  const subject = `"${name}" is not a valid name`;
  if (!namePattern.test(name)) {
    const rule = "model names may only contain lowercase letters, digits and hyphens";
    throw new Problem("not valid", `${subject}: ${rule}`);
  }
  if (name.length <= nameLengthMax) return;
  throw new Problem("not valid", `${subject}: it is longer than ${nameLengthMax} characters`);
}

/** The transaction's model. Throws `model not found`. */
export async function get(tx: ReadTransaction): Promise<Model> {
  const row = await find(tx, tx.model);
  if (row === undefined) throw unknown(tx);
  return row;
}

function unknown({ model }: ReadTransaction): Problem {
  return new Problem("model not found", `unknown model: "${model}"`);
}

/** The transaction's model. Throws `not valid` unless it is alive, when nothing may be added. */
export async function getAlive(tx: ReadTransaction): Promise<Model> {
  const model = await get(tx);
  if (model.life !== "alive") {
    throw new Problem("not valid", `model "${model.name}" is being destroyed`);
  }
  return model;
}

export async function find(tx: ReadTransaction, uuid: string): Promise<Model | undefined> {
  const row = await selectModels(tx).where("uuid", "=", uuid).executeTakeFirst();
  return row && toModel(row);
}

/** Every model, in the order of their names. */
export async function list(tx: ReadTransaction): Promise<Model[]> {
  const rows = await selectModels(tx).orderBy("name").orderBy("owner").execute();
  return rows.map(toModel);
}

/** The models that the user has been granted access to, in the order of their names. */
export async function listFor(tx: ReadTransaction, user: string): Promise<Model[]> {
  const rows = await selectModels(tx)
    .where("uuid", "in", tx.selectFrom("model_access").select("model").where("user", "=", user))
    .orderBy("name")
    .orderBy("owner")
    .execute();
  return rows.map(toModel);
}

/** Every model but the controller's own. */
export async function listHosted(tx: ReadTransaction): Promise<Model[]> {
  return (await list(tx)).filter(({ isController }) => !isController);
}

/** A controller goes with its models or not at all. Throws `controller has hosted models`. */
export function refuseHosted(hosted: readonly Model[]): void {
  if (hosted.length === 0) return;
  const names = hosted.map(({ owner, name }) => `${owner}/${name}`).join(", ");
  throw new Problem("controller has hosted models", `controller has hosted models: ${names}`);
}

/** The controller's own model. */
export async function getController(tx: ReadTransaction): Promise<Model> {
  const row = await selectModels(tx).where("is_controller", "=", 1).executeTakeFirstOrThrow();
  return toModel(row);
}

export async function setLife(tx: Transaction, life: Life): Promise<void> {
  await tx.updateTable("model").set({ life }).where("uuid", "=", tx.model).execute();
  await changed(tx, "model", tx.model);
}

export async function setAgentVersion(tx: Transaction, version: string): Promise<void> {
  const update = tx.updateTable("model").set({ agent_version: version });
  await update.where("uuid", "=", tx.model).execute();
  await changed(tx, "model", tx.model);
}

/** The model's settings, those that nobody has set included. Throws `model not found`. */
export async function getSettings(tx: ReadTransaction): Promise<ModelSettings> {
  return withDefaults(await getOwnSettings(tx));
}

/** Only the settings that somebody has set. Throws `model not found`. */
export async function getOwnSettings(tx: ReadTransaction): Promise<ModelSettings> {
  const row = await tx
    .selectFrom("model")
    .select("settings")
    .where("uuid", "=", tx.model)
    .executeTakeFirst();
  if (row === undefined) throw unknown(tx);
  return JSON.parse(row.settings);
}

/** Changes and removes settings, all or none. Throws `not valid` and `model not found`. */
export async function changeSettings(
  tx: Transaction,
  { set = {}, unset = [] }: { set?: Readonly<Record<string, unknown>>; unset?: readonly string[] },
): Promise<void> {
  for (const key of unset) checkKey(key);
  const { region } = await get(tx);
  const inherited = Object.entries(await inheritedSettings(tx, region));
  const settings = { ...(await getOwnSettings(tx)), ...checkSettings(set) };
  const kept = Object.entries(settings).filter(([key]) => !unset.includes(key));
  const back = inherited.filter(([key]) => unset.includes(key));
  const own = Object.fromEntries([...kept, ...back]);
  refuseTooMany(own);
  await tx
    .updateTable("model")
    .set({ settings: JSON.stringify(own) })
    .where("uuid", "=", tx.model)
    .execute();
  await changed(tx, "model", tx.model);
}

function selectModels(tx: ReadTransaction) {
  return tx
    .selectFrom("model")
    .select([
      ...(["uuid", "name", "owner", "life", "cloud", "region", "created"] as const),
      "agent_version as agentVersion",
      "is_controller as isController",
    ]);
}

function toModel(row: Omit<Model, "isController"> & { readonly isController: number }): Model {
  return { ...row, isController: row.isController === 1 };
}
