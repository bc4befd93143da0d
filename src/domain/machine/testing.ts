/** What may happen to the operating systems of machines, by chance. */
import type { Chance } from "#base/testing.ts";
import type { Transaction } from "#store/database.ts";
import * as unit from "../unit/unit.ts";
import * as machine from "./machine.ts";
import * as upgrade from "./upgrade.ts";
import * as row from "./upgrade-row.ts";

/** Begins an upgrade, or lets the next thing happen in one that is under way. */
export async function upgradeByChance(tx: Transaction, chance: Chance): Promise<void> {
  const { id } = chance.pick(await machine.list(tx));
  const lock = await row.findLock(tx, id);
  if (lock === undefined) {
    return upgrade.prepare(tx, { machine: id, base: "24.04", isForced: true });
  }
  const { phase, number, units } = lock;
  const stage = phase === "prepare" ? "prepared" : "completed";
  const next = Object.keys(units).find((name) => units[name] !== stage);
  if (next === undefined) return upgrade.complete(tx, id);
  await upgrade.noteHeard(tx, await unit.get(tx, next), { number, stage });
}
