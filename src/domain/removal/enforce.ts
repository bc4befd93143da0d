/** Removes by force what was given time to go by itself and has not. */
import type { Transaction } from "#store/database.ts";
import * as machine from "../machine/machine.ts";
import * as unit from "../unit/unit.ts";
import * as deadline from "./deadline.ts";
import { abandonUnit, destroyMachine } from "./removal.ts";

/** Returns what has been removed by force, as in `unit mysql/0`. */
export async function enforceDeadlines(tx: Transaction, now: Temporal.Instant): Promise<string[]> {
  const due = (await deadline.list(tx)).filter(
    (each) => Temporal.Instant.compare(each.due, now) <= 0,
  );
  const removed: string[] = [];
  for (const { kind, id } of due) {
    await deadline.clear(tx, { kind, id });
    const isThere = kind === "unit" ? await unit.find(tx, id) : await machine.find(tx, id);
    if (isThere === undefined || isThere.life === "dead") continue;
    if (kind === "unit") await abandonUnit(tx, id);
    else await destroyMachine(tx, id, { isForced: true });
    removed.push(`${kind} ${id}`);
  }
  return removed;
}
