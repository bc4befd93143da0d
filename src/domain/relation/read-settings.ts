/**
 * Reading settings: what a unit may know of a relation.
 *
 * Whoever takes part sees what the other side says, and what each of its own side's units says. What
 * an application says to the other side is its leader's own affair; among peers there is no other
 * side, and every unit reads it. In the scope of a container only units that stand beside each other
 * read what they say.
 */
import { Problem } from "#base/problem.ts";
import type { ReadTransaction } from "#store/database.ts";
import * as leadership from "../leadership/leadership.ts";
import * as unit from "../unit/unit.ts";
import * as membership from "./membership.ts";
import * as relation from "./relation.ts";

interface Reading {
  /** The unit that reads. */
  readonly unit: string;
  readonly relation: number;
  /** The unit or the application whose settings they are. */
  readonly member: string;
}

/**
 * The settings of the member; empty as long as it, or the unit that reads, does not take part yet.
 * Throws `not found` for a relation that the unit's application has no part in, and `unauthorized
 * access` for what only the leader may see.
 */
export async function readSettings(
  tx: ReadTransaction,
  { unit: name, relation: id, member }: Reading,
): Promise<membership.Settings> {
  const reader = await unit.get(tx, name);
  const { application } = reader;
  const { endpoints, scope } = await relation.get(tx, id);
  if (!endpoints.some((endpoint) => endpoint.application === application)) {
    throw new Problem("not found", `relation ${id} not found`);
  }
  if (member === application && endpoints.length > 1) await refuseFollower(tx, application, name);
  if (scope === "container") await refuseElsewhere(tx, reader, member);
  if (!(await membership.listEntered(tx, name)).includes(id)) return {};
  return membership.getSettings(tx, { relation: id, member });
}

async function refuseElsewhere(tx: ReadTransaction, reader: unit.Unit, member: string) {
  const read = await unit.find(tx, member);
  if (read === undefined || unit.containerOf(read) === unit.containerOf(reader)) return;
  const message = `cannot read relation settings of "${member}": it does not stand beside "${reader.name}"`;
  throw new Problem("unauthorized access", message);
}

async function refuseFollower(tx: ReadTransaction, application: string, name: string) {
  if ((await leadership.findLeader(tx, application)) === name) return;
  const message = `cannot read relation settings of "${application}": "${name}" is not the leader`;
  throw new Problem("unauthorized access", message);
}
