/** What the cloud has to do for storage: make folders for what is new, and remove what is over. */
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as status from "../status/status.ts";
import { isDetachable } from "./pool.ts";
import * as storage from "./storage.ts";

/** What the cloud keeps; what machines keep is their agents' business. */
export interface Work {
  readonly missing: readonly storage.StorageInstance[];
  /** Nobody has them any more. */
  readonly over: readonly storage.StorageInstance[];
}

export async function listWork(tx: ReadTransaction): Promise<Work> {
  const all = (await storage.list(tx)).filter(({ provider }) => isDetachable(provider));
  const held = new Set((await storage.listAttachments(tx)).map((each) => each.storage));
  return {
    missing: all.filter(({ life, place }) => life === "alive" && place === ""),
    over: all.filter(({ life, id }) => life !== "alive" && !held.has(id)),
  };
}

export interface Report {
  readonly unit: string;
  readonly storage: string;
  readonly location: string;
  /** Why there is no place for it, or what is not as the charm would have it; empty otherwise. */
  readonly message: string;
  readonly now: Temporal.Instant;
}

/** The unit's agent says where its storage is, or why it is nowhere. */
export async function report(tx: Transaction, said: Report): Promise<void> {
  const { unit, storage: id, location, message, now } = said;
  const held = await storage.listHeld(tx, unit);
  const found = held.find(({ instance }) => instance.id === id);
  if (found === undefined) return;
  if (found.attachment.location !== location) {
    await storage.changeAttachment(tx, found.attachment, { location });
  }
  const entity = status.entities.filesystem(found.instance.filesystem);
  await status.set(tx, { entity, status: location === "" ? "error" : "attached", message, now });
}

/** The cloud has made the folder for it. */
export async function noteMade(
  tx: Transaction,
  { id, filesystem }: storage.StorageInstance,
  { place, now }: { readonly place: string; readonly now: Temporal.Instant },
): Promise<void> {
  await storage.setPlace(tx, id, place);
  await status.set(tx, { entity: status.entities.filesystem(filesystem), status: "pending", now });
}

/** The cloud cannot do for it what is to be done. */
export async function fail(
  tx: Transaction,
  { filesystem }: storage.StorageInstance,
  { message, now }: { readonly message: string; readonly now: Temporal.Instant },
): Promise<void> {
  const entity = status.entities.filesystem(filesystem);
  await status.set(tx, { entity, status: "error", message, now });
}

/** In Juju's words, from what is so, and what was said last. */
export function shownStatus(
  { life, place }: storage.StorageInstance,
  attachments: readonly storage.Attachment[],
  said: status.Status,
): status.Status {
  const [attachment] = attachments;
  const isFree = attachment === undefined && life === "alive" && place !== "";
  if (isFree) return { ...said, status: "detached", message: "" }; // whatever its last unit said of it
  if (said.status === "error") return said;
  const word = attachment ? wordOfHeld(attachment, { life, place }) : wordOfFree(life);
  return { ...said, status: word };
}

type Whole = Pick<storage.StorageInstance, "life" | "place">;

function wordOfHeld({ life: own, location }: storage.Attachment, { life, place }: Whole): string {
  if (life !== "alive" || own === "dying") return "detaching";
  if (location !== "") return "attached";
  return place === "" ? "pending" : "attaching";
}

function wordOfFree(life: Whole["life"]): string {
  return life === "alive" ? "pending" : "destroying";
}
