/**
 * The base of an application: the operating system that machines of its future units are to have.
 *
 * Subordinates stand beside units of others, on their machines, so that theirs follows.
 */
import { Problem } from "#base/problem.ts";
import { formatBase, parseBase, parseNamedBase } from "#charm/base.ts";
import { checkBase } from "#charm/charm.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as charm from "../charm/charm.ts";
import * as relation from "../relation/relation.ts";
import { isSubordinate } from "../relation/subordinate.ts";
import * as application from "./application.ts";

interface BaseChange {
  readonly application: string;
  /** As in `ubuntu@24.04`, `noble`, or `24.04` for another version of the system that it has. */
  readonly base: string;
  /** Even if the charm, or a subordinate's, does not say that it runs on it. */
  readonly isForced: boolean;
}

/** Throws `not found`, `not supported` for a subordinate, and `not valid` for a base that cannot be. */
export async function changeBase(tx: Transaction, change: BaseChange): Promise<void> {
  const own = await application.getAlive(tx, change.application);
  if (await isSubordinate(tx, own.name)) {
    const message = `"${own.name}" is a subordinate application: its base follows its principal's`;
    throw new Problem("not supported", message);
  }
  const base = formatBase(parseNamedBase(change.base, parseBase(own.base).name));
  const changed = [own, ...(await listBeside(tx, own.name))];
  for (const each of changed) {
    const { content } = await charm.get(tx, each.charm);
    if (!change.isForced) checkBase(content, base);
  }
  for (const { name } of changed) await application.setBase(tx, name, base);
}

/** The subordinates of the application. */
async function listBeside(tx: ReadTransaction, name: string): Promise<application.Application[]> {
  const related = (await relation.listOf(tx, name))
    .filter(({ scope }) => scope === "container")
    .flatMap(({ endpoints }) => endpoints.map((each) => each.application));
  const beside: application.Application[] = [];
  for (const each of new Set(related)) {
    if (each !== name && (await isSubordinate(tx, each))) {
      beside.push(await application.get(tx, each));
    }
  }
  return beside;
}
