/**
 * Removing machines: only those that nothing is on go for the asking. By force, a machine takes its
 * units along, which are given the same time as the machine.
 */
import { Problem } from "#base/problem.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as machine from "../machine/machine.ts";
import * as model from "../model/model.ts";
import * as unit from "../unit/unit.ts";
import { destroyMachine, destroyUnit, type Manner } from "./removal.ts";

export interface RemovalOfMachine extends Manner {
  /** Leaves the instance alone, with whatever is on it but Jumar's agents. */
  readonly keepsInstance: boolean;
}

/**
 * Returns the names of the units that go along. Throws `not found`, and `not valid` with Juju's text
 * for a machine that cannot go.
 */
export async function removeMachine(
  tx: Transaction,
  id: string,
  { keepsInstance, ...manner }: RemovalOfMachine,
): Promise<string[]> {
  const units = await unitsToGo(tx, id, manner);
  if (keepsInstance) await machine.keepInstance(tx, id);
  for (const { name } of units.filter(({ principal }) => principal === "")) {
    await destroyUnit(tx, name, manner);
  }
  await destroyMachine(tx, id, manner);
  return units.map(({ name }) => name);
}

/** What would go along; throws as `removeMachine` does. */
export async function unitsToGo(
  tx: ReadTransaction,
  id: string,
  { isForced }: Manner,
): Promise<unit.Unit[]> {
  await machine.get(tx, id);
  const { isController } = await model.get(tx);
  if (isController) throw new Problem("not valid", `machine ${id} is required by the model`);
  const units = await unit.list(tx, { machine: id });
  if (isForced || units.length === 0) return units;
  const named = units.map(({ name }) => `"${name}"`).join(", ");
  const assigned = `machine ${id} has unit${units.length > 1 ? "s" : ""} ${named} assigned`;
  throw new Problem("not valid", `${assigned}: remove what is on it first, or use --force`);
}
