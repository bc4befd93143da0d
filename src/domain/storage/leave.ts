/**
 * How storage leaves: taken from its unit, left over by a unit that goes, or removed for good.
 *
 * Nothing is taken away from under a charm. What a unit has is marked, its agent runs the hook, and
 * says that it has let go. What can be detached then waits for another unit, or for the cloud to
 * destroy it; what is bound to a machine goes with its unit.
 */
import { Problem } from "#base/problem.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as status from "../status/status.ts";
import { isDetachable } from "./pool.ts";
import * as storage from "./storage.ts";

/** Marks it for its unit, or for the one that is named. Throws `not found` and `not valid`. */
export async function detach(
  tx: Transaction,
  { storage: id, unit }: { readonly storage: string; readonly unit?: string | undefined },
): Promise<void> {
  const { provider } = await storage.get(tx, id);
  const all = await storage.listAttachments(tx, { storage: id });
  const attached = all.filter((each) => unit === undefined || each.unit === unit);
  const [first] = attached;
  if (first === undefined) {
    const whom = unit === undefined ? "any unit" : `unit "${unit}"`;
    throw new Problem("not valid", `cannot detach storage "${id}": it is not attached to ${whom}`);
  }
  if (!isDetachable(provider)) {
    const reason = `it is of provider "${provider}", which keeps it with its unit`;
    throw new Problem("not valid", `cannot detach storage "${id}": ${reason}`);
  }
  for (const each of attached) await mark(tx, each);
}

async function mark(tx: Transaction, attachment: storage.Attachment): Promise<void> {
  if (attachment.life === "alive")
    await storage.changeAttachment(tx, attachment, { life: "dying" });
}

export interface Removal {
  /** Even while a unit has it; it is then taken from that one first. */
  readonly destroysAttachments: boolean;
  /** Otherwise its data stays where it is, and the model forgets it. */
  readonly destroysData: boolean;
  /** Whether the model forgets it even if the cloud cannot remove it. */
  readonly isForced?: boolean;
}

/** Throws `not found`, and `not valid` for storage that a unit has, unless that is meant. */
export async function removeStorage(
  tx: Transaction,
  id: string,
  { destroysAttachments, destroysData, isForced = false }: Removal,
): Promise<void> {
  const found = await storage.get(tx, id);
  const attached = await storage.listAttachments(tx, { storage: id });
  const [first] = attached;
  if (first && !destroysAttachments) {
    const reason = `it is attached to unit "${first.unit}": detach it first, or use --force`;
    throw new Problem("not valid", `cannot remove storage "${id}": ${reason}`);
  }
  if (!destroysData && !isDetachable(found.provider)) {
    const reason = `storage of provider "${found.provider}" goes with its unit`;
    throw new Problem("not valid", `cannot release storage "${id}": ${reason}`);
  }
  const isReleased = found.life === "alive" ? !destroysData : found.isReleased;
  await storage.change(tx, id, { life: "dying", isReleased });
  if (isForced) await giveUp(tx, found, undefined);
  for (const each of attached) await mark(tx, each);
}

/**
 * From `due` on, or at once, storage is forgotten that the cloud cannot remove. What it can it still
 * removes, so that data is left behind only where nothing else is possible.
 */
async function giveUp(
  tx: Transaction,
  { id, givenUp: before }: storage.StorageInstance,
  due: Temporal.Instant | undefined,
): Promise<void> {
  const givenUp = due ?? Temporal.Instant.fromEpochMilliseconds(0);
  const isSooner = before === "" || Temporal.Instant.compare(givenUp, before) < 0;
  if (isSooner) await storage.change(tx, id, { givenUp: givenUp.toString() });
}

/** What becomes of a unit's storage when the unit goes. */
export interface Fate {
  readonly destroyed: readonly string[];
  readonly detached: readonly string[];
}

/** `destroys` says whether even that goes which could be left for another unit. */
export function fateOf(held: readonly storage.Held[], destroys: boolean): Fate {
  const goes = ({ instance: { life, provider } }: storage.Held) =>
    destroys || life !== "alive" || !isDetachable(provider);
  const ids = (each: readonly storage.Held[]) => each.map(({ instance }) => instance.id);
  return {
    destroyed: ids(held.filter(goes)),
    detached: ids(held.filter((each) => !goes(each))),
  };
}

/** Marks everything that the unit has, for the unit is to go. */
export async function leaveUnit(tx: Transaction, unit: string, destroys: boolean): Promise<void> {
  const held = await storage.listHeld(tx, unit);
  for (const id of fateOf(held, destroys).destroyed) {
    await storage.change(tx, id, { life: "dying" });
  }
  for (const { attachment } of held) await mark(tx, attachment);
}

/** The unit's agent has let go of what it was to give away; saying so again is harmless. */
export async function finishDetaching(
  tx: Transaction,
  released: { readonly storage: string; readonly unit: string; readonly now: Temporal.Instant },
): Promise<void> {
  const held = await storage.listHeld(tx, released.unit);
  const found = held.find(({ instance }) => instance.id === released.storage);
  if (found?.attachment.life !== "dying") return;
  await letGo(tx, found);
  const { provider, filesystem } = found.instance;
  if (!isDetachable(provider)) return;
  const entity = status.entities.filesystem(filesystem);
  await status.set(tx, { entity, status: "detached", now: released.now });
}

/** The unit is gone, and whatever it had is nobody's. */
export async function dropUnit(tx: Transaction, unit: string): Promise<void> {
  for (const each of await storage.listHeld(tx, unit)) await letGo(tx, each);
}

async function letGo(tx: Transaction, { instance, attachment }: storage.Held): Promise<void> {
  await storage.removeAttachment(tx, attachment);
  if (!isDetachable(instance.provider)) await storage.remove(tx, instance);
  else if (instance.owner === attachment.unit) await storage.change(tx, instance.id, { owner: "" });
}

/** Throws `not valid` for a model with data that would outlive it, unless somebody says what becomes of it. */
export async function refuseLasting(
  tx: ReadTransaction,
  { name, destroys }: { readonly name: string; readonly destroys: boolean | undefined },
): Promise<void> {
  if (destroys !== undefined) return;
  const alive = (await storage.list(tx)).filter(({ life }) => life === "alive");
  const { length } = alive.filter(({ provider }) => isDetachable(provider));
  if (length === 0) return;
  const what = `it has persistent storage (${length} filesystem${length === 1 ? "" : "s"})`;
  const choice = `use "--destroy-storage" to destroy it, or "--release-storage" to keep its data`;
  throw new Problem("not valid", `cannot destroy model "${name}": ${what}: ${choice}`);
}

/** Marks all of a model that goes. */
export async function leaveModel(tx: Transaction, destroys: boolean): Promise<void> {
  const alive = (await storage.list(tx)).filter(({ life }) => life === "alive");
  for (const { id, provider } of alive) {
    const isReleased = !destroys && isDetachable(provider);
    await storage.change(tx, id, { life: "dying", isReleased });
  }
}

/** A model that goes by force waits for no storage longer than until `due`, if there is any. */
export async function giveUpAll(tx: Transaction, due: Temporal.Instant | undefined): Promise<void> {
  for (const each of await storage.list(tx)) await giveUp(tx, each, due);
}
