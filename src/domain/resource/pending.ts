/**
 * Pending resources: uploaded before the deployment or the upgrade that takes them, so that an
 * application has its charm and its resources at once.
 *
 * One that nobody takes is forgotten after a day, and its bytes with it.
 */
import { randomUUID } from "node:crypto";
import { Problem } from "#base/problem.ts";
import type { Charm } from "#charm/charm.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as model from "../model/model.ts";
import { type Content, contentColumns, noContent } from "./content.ts";
import * as resource from "./resource.ts";

const youth = { hours: 24 };
/** For each model; a client that goes away leaves some, and they go after a day. */
const pendingMax = 10_000;

export interface NewPending {
  readonly application: string;
  readonly name: string;
  /** The file's name, as its charm has it. */
  readonly path: string;
}

/** Returns what each is known by, in their order. Throws `quota limit exceeded`. */
export async function add(
  tx: Transaction,
  added: readonly NewPending[],
  now: Temporal.Instant,
): Promise<string[]> {
  await model.getAlive(tx);
  if ((await count(tx)) + added.length > pendingMax) {
    const message = `more than ${pendingMax} resources wait to be taken`;
    throw new Problem("quota limit exceeded", message);
  }
  const ids: string[] = [];
  for (const { application, name, path } of added) {
    const id = randomUUID();
    const named = { model: tx.model, id, application, name, path, added: now.toString() };
    await tx
      .insertInto("resource_pending")
      .values({ ...named, ...noContent })
      .execute();
    ids.push(id);
  }
  return ids;
}

async function count(tx: ReadTransaction): Promise<number> {
  const row = await tx
    .selectFrom("resource_pending")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("model", "=", tx.model)
    .executeTakeFirstOrThrow();
  return row.count;
}

interface Named {
  readonly id: string;
  readonly application: string;
  readonly name: string;
}

/** Throws `not found`. */
export async function get(tx: ReadTransaction, { id, application, name }: Named) {
  const row = await tx
    .selectFrom("resource_pending")
    .select(["id", "application", "name", "path", ...contentColumns])
    .where("model", "=", tx.model)
    .where("id", "=", id)
    .where("application", "=", application)
    .where("name", "=", name)
    .executeTakeFirst();
  if (row) return row;
  const message = `pending resource "${name}" of application "${application}" not found: ${id}`;
  throw new Problem("not found", message);
}

/** The bytes of a pending resource have come. Throws `not found`. */
export async function put(tx: Transaction, named: Named, content: Content): Promise<void> {
  const { id } = await get(tx, named);
  await tx
    .updateTable("resource_pending")
    .set(content)
    .where("model", "=", tx.model)
    .where("id", "=", id)
    .execute();
}

/**
 * Gives the application what waits for it, by the names of resources; one without bytes changes
 * nothing. Throws `not found` for a name that the charm does not declare, and for an id that there
 * is not.
 */
export async function take(
  tx: Transaction,
  application: string,
  { ids, charm }: { readonly ids: Readonly<Record<string, string>>; readonly charm: Charm },
): Promise<void> {
  for (const [name, id] of Object.entries(ids)) {
    if (!Object.hasOwn(charm.metadata.resources, name)) {
      throw new Problem("not found", `unrecognized resource "${name}"`);
    }
    const content = await get(tx, { id, application, name });
    if (content.sha256 !== "") await resource.put(tx, { application, name, content });
    await tx
      .deleteFrom("resource_pending")
      .where("model", "=", tx.model)
      .where("id", "=", id)
      .execute();
  }
}

export async function forgetOld(tx: Transaction, now: Temporal.Instant): Promise<void> {
  await tx
    .deleteFrom("resource_pending")
    .where("model", "=", tx.model)
    .where("added", "<", now.subtract(youth).toString())
    .execute();
}
