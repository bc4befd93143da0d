/** What an application has been told, beside what its charm says by default. */
import { getOption, withDefaults } from "#charm/config.ts";
import { type GivenSettings, readSettings, trustOption } from "#charm/settings.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as charm from "../charm/charm.ts";
import * as application from "./application.ts";

/**
 * Changes settings of the charm that the application has now, and puts others back; whether the
 * application is trusted is one of them.
 */
export async function change(
  tx: Transaction,
  name: string,
  { given, reset }: { readonly given: GivenSettings; readonly reset: readonly string[] },
): Promise<void> {
  const { charm: url } = await application.getAlive(tx, name);
  const { content } = await charm.get(tx, url);
  for (const key of reset) getOption({ ...content.config, trust: trustOption }, key);
  const before = await application.getSettings(tx, { application: name, charm: url });
  const read = readSettings(name, content.config, given);
  const isTrusted = reset.includes("trust") ? false : read.isTrusted;
  if (isTrusted !== undefined) await application.setTrusted(tx, name, isTrusted);
  const after = { ...before, ...read.settings };
  const kept = Object.entries(after).filter(([key]) => !reset.includes(key));
  const settings = Object.fromEntries(kept);
  await application.saveSettings(tx, { application: name, charm: url, settings });
}

/** What hooks of the charm read, defaults included. */
export async function effective(
  tx: ReadTransaction,
  { application: name, charm: url }: { readonly application: string; readonly charm: string },
): Promise<application.Settings> {
  const { content } = await charm.get(tx, url);
  const own = await application.getSettings(tx, { application: name, charm: url });
  return withDefaults(content.config, own);
}
