/**
 * What holds up those on their way to a new charm.
 *
 * A failed hook is tried again, and the new charm comes with the next try. Only of `upgrade-charm`
 * that is not so, as in Juju: its unit stays with the charm that it has until somebody says more.
 */
import type { ReadTransaction } from "#store/database.ts";
import { listFailed } from "../unit/failed.ts";
import type { StoredRollout } from "./rollout.ts";

const advice =
  'waits, for its upgrade-charm has failed: run "resolved", or refresh again with --force-units';

/** By the members' ids; nothing of those that move. */
export async function listHeldUp(
  tx: ReadTransaction,
  { kind, to, members }: StoredRollout,
): Promise<ReadonlyMap<string, string>> {
  if (kind !== "charm") return new Map();
  const moving = new Set(members.flatMap(({ id, stage }) => (stage === "upgrading" ? id : [])));
  const failed = (await listFailed(tx)).filter(({ name }) => moving.has(name));
  return new Map(
    failed.map(({ name, hook, charm, message }) => [
      name,
      hook === "upgrade-charm" && charm !== to ? advice : message,
    ]),
  );
}
