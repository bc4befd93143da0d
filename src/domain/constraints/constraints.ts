/**
 * Constraints: what machines must have.
 *
 * A new machine has those of its application, and for what these do not say, those of the model. It
 * keeps them, whatever is asked for later.
 */
import { Problem } from "#base/problem.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";

/** By Juju's names, sizes in MiB; one that is empty or 0 overrides a wider one, and asks for nothing. */
export type Constraints = Readonly<Record<string, Value | undefined>>;
type Value = string | number | boolean | readonly string[];

interface ConstraintsTable {
  readonly model: string;
  readonly entity: string;
  readonly constraints: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly entity_constraints: ConstraintsTable;
  }
}

/** What can have constraints of its own. */
export const entities = {
  model: "model",
  application: (name: string) => `application:${name}`,
  machine: (id: string) => `machine:${id}`,
};

/** Only what is said of the entity itself. */
export async function get(tx: ReadTransaction, entity: string): Promise<Constraints> {
  const row = await tx
    .selectFrom("entity_constraints")
    .select("constraints")
    .where("model", "=", tx.model)
    .where("entity", "=", entity)
    .executeTakeFirst();
  return row === undefined ? {} : JSON.parse(row.constraints);
}

/** Those of every entity of the model that has any. */
export async function listAll(tx: ReadTransaction): Promise<ReadonlyMap<string, Constraints>> {
  const rows = await tx
    .selectFrom("entity_constraints")
    .select(["entity", "constraints"])
    .where("model", "=", tx.model)
    .execute();
  return new Map(rows.map(({ entity, constraints }) => [entity, JSON.parse(constraints)]));
}

/** In the place of those before. */
export async function set(tx: Transaction, entity: string, to: Constraints): Promise<void> {
  const constraints = JSON.stringify(to);
  await tx
    .insertInto("entity_constraints")
    .values({ model: tx.model, entity, constraints })
    .onConflict((conflict) => conflict.columns(["model", "entity"]).doUpdateSet({ constraints }))
    .execute();
  await changed(tx, "entity_constraints", entity);
}

export async function remove(tx: Transaction, entity: string): Promise<void> {
  await tx
    .deleteFrom("entity_constraints")
    .where("model", "=", tx.model)
    .where("entity", "=", entity)
    .execute();
}

/** What a new machine is to have that is for `own`. */
export async function resolve(tx: ReadTransaction, own: Constraints): Promise<Constraints> {
  return { ...(await get(tx, entities.model)), ...own };
}

/** What they ask for: those that are neither empty nor 0. */
export function wanted(constraints: Constraints): Constraints {
  const isWanted = (value: Value | undefined) =>
    typeof value === "object"
      ? value.length > 0
      : value !== undefined && value !== "" && value !== 0;
  return Object.fromEntries(Object.entries(constraints).filter(([, value]) => isWanted(value)));
}

/** Throws `not valid` with Juju's text for an architecture that no machine here has. */
export function refuseOtherArch({ arch }: Constraints, own: string): void {
  if (!arch || arch === own) return;
  const message = `invalid constraint value: arch=${arch}: valid values are: [${own}]`;
  throw new Problem("not valid", message);
}
