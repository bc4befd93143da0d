/**
 * Defaults: what a new model's settings are unless its maker says otherwise.
 *
 * They are kept for the whole cloud, which Juju calls the controller's, and for its regions, which
 * go before. A model takes them along when it is made; later ones change nothing of it until one of
 * its settings is reset.
 */
import { Problem } from "#base/problem.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import {
  checkKey,
  checkSettings,
  defaultSettings,
  isSameValue,
  type ModelSettings,
  refuseTooMany,
} from "./config.ts";

interface DefaultTable {
  readonly region: string;
  readonly key: string;
  readonly value: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly model_default: DefaultTable;
  }
}

/** Where a setting's value comes from, in Juju's words. */
export type Source = "default" | "controller" | "region" | "model";

/** Stands for the whole cloud where a region would be named. */
export const wholeCloud = "";

/** What somebody has set, by region. */
export async function listDefaults(
  tx: ReadTransaction,
): Promise<ReadonlyMap<string, ModelSettings>> {
  const rows = await tx.selectFrom("model_default").selectAll().orderBy("key").execute();
  const byRegion = Map.groupBy(rows, ({ region }) => region);
  return new Map(
    [...byRegion].map(([region, own]) => [
      region,
      Object.fromEntries(own.map(({ key, value }) => [key, JSON.parse(value)])),
    ]),
  );
}

/** What a model in the region begins with, besides what every model has. */
export async function inheritedSettings(
  tx: ReadTransaction,
  region: string,
): Promise<ModelSettings> {
  const defaults = await listDefaults(tx);
  return { ...defaults.get(wholeCloud), ...defaults.get(region) };
}

/** Changes all or none. Runs in the controller's scope. Throws `not valid`. */
export async function changeDefaults(
  tx: Transaction,
  region: string,
  {
    set = {},
    unset = [],
  }: { readonly set?: Readonly<Record<string, unknown>>; readonly unset?: readonly string[] },
): Promise<void> {
  const checked = checkSettings(set);
  if (Object.hasOwn(checked, "agent-version")) {
    throw new Problem("not valid", "agent-version cannot have a default value");
  }
  for (const key of unset) checkKey(key);
  refuseTooMany({ ...(await listDefaults(tx)).get(region), ...checked });
  for (const [key, value] of Object.entries(checked)) await save(tx, { region, key, value });
  if (unset.length > 0) {
    await tx
      .deleteFrom("model_default")
      .where("region", "=", region)
      .where("key", "in", unset)
      .execute();
  }
  await changed(tx, "model_default", region);
}

async function save(
  tx: Transaction,
  {
    region,
    key,
    value,
  }: { readonly region: string; readonly key: string; readonly value: unknown },
): Promise<void> {
  const text = JSON.stringify(value);
  await tx
    .insertInto("model_default")
    .values({ region, key, value: text })
    .onConflict((conflict) => conflict.columns(["region", "key"]).doUpdateSet({ value: text }))
    .execute();
}

/** As Juju tells it: a value that is the same as a default is taken to come from there. */
export async function sourcesOf(
  tx: ReadTransaction,
  { region, own }: { readonly region: string; readonly own: ModelSettings },
): Promise<(key: string) => Source> {
  const defaults = await listDefaults(tx);
  const ranked: readonly (readonly [Source, ModelSettings])[] = [
    ["region", defaults.get(region) ?? {}],
    ["controller", defaults.get(wholeCloud) ?? {}],
    ["default", defaultSettings],
  ];
  return (key) => {
    if (!Object.hasOwn(own, key)) return "default";
    const from = ranked.find(
      ([, settings]) => Object.hasOwn(settings, key) && isSameValue(settings[key], own[key]),
    );
    return from?.[0] ?? "model";
  };
}
