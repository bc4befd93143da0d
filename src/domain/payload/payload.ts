/** Payloads: what charms say that they run of other things, such as containers, for people to see. */
import { Problem } from "#base/problem.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as unit from "../unit/unit.ts";

export interface Payload {
  readonly unit: string;
  /** As the charm's metadata has it. */
  readonly class: string;
  readonly id: string;
  /** As in `docker`. */
  readonly type: string;
  readonly status: string;
  readonly labels: readonly string[];
}

interface PayloadTable extends Omit<Payload, "labels"> {
  readonly model: string;
  readonly labels: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly payload: PayloadTable;
  }
}

const payloadStatuses = ["starting", "started", "running", "stopping", "stopped"] as const;

const payloadsMax = 1000;

type Named = Pick<Payload, "unit" | "class" | "id">;

/** One that is registered again is as it is said now. Throws `quota limit exceeded`. */
export async function register(tx: Transaction, payload: Payload): Promise<void> {
  const { unit: name, class: kind, id, ...rest } = payload;
  await unit.get(tx, name);
  const present = await listOf(tx, name);
  if (present.length >= payloadsMax && !present.some((each) => isSame(each, payload))) {
    const message = `unit "${name}" has ${payloadsMax} payloads already`;
    throw new Problem("quota limit exceeded", message);
  }
  const values = { ...rest, labels: JSON.stringify(rest.labels) };
  await tx
    .insertInto("payload")
    .values({ model: tx.model, unit: name, class: kind, id, ...values })
    .onConflict((conflict) =>
      conflict.columns(["model", "unit", "class", "id"]).doUpdateSet(values),
    )
    .execute();
  await changed(tx, "payload", name);
}

/** Throws `not found`, and `not valid` for a status that there is not. */
export async function setStatus(tx: Transaction, named: Named, status: string): Promise<void> {
  if (!payloadStatuses.some((each) => each === status)) {
    const expected = `expected one of [${payloadStatuses.join(" ")}]`;
    throw new Problem("not valid", `status "${status}" not supported; ${expected}`);
  }
  const found = (await listOf(tx, named.unit)).find((each) => isSame(each, named));
  if (found === undefined) {
    throw new Problem("not found", `payload "${named.class}/${named.id}" not found`);
  }
  await register(tx, { ...found, status });
}

/** One that there is not is no error. */
export async function unregister(tx: Transaction, { unit: name, class: kind, id }: Named) {
  const { numDeletedRows } = await tx
    .deleteFrom("payload")
    .where("model", "=", tx.model)
    .where("unit", "=", name)
    .where("class", "=", kind)
    .where("id", "=", id)
    .executeTakeFirst();
  if (numDeletedRows) await changed(tx, "payload", name);
}

export async function removeAll(tx: Transaction, name: string): Promise<void> {
  await tx.deleteFrom("payload").where("model", "=", tx.model).where("unit", "=", name).execute();
}

/** Every payload of the model, by unit, class and id. */
export async function list(tx: ReadTransaction): Promise<Payload[]> {
  const rows = await selectPayloads(tx).execute();
  return rows.map(toPayload);
}

async function listOf(tx: ReadTransaction, name: string): Promise<Payload[]> {
  const rows = await selectPayloads(tx).where("unit", "=", name).execute();
  return rows.map(toPayload);
}

function selectPayloads(tx: ReadTransaction) {
  return tx
    .selectFrom("payload")
    .selectAll()
    .where("model", "=", tx.model)
    .orderBy("unit")
    .orderBy("class")
    .orderBy("id");
}

function toPayload({ model: _, labels, ...row }: PayloadTable): Payload {
  return { ...row, labels: JSON.parse(labels) };
}

function isSame(one: Named, other: Named): boolean {
  return one.class === other.class && one.id === other.id;
}
