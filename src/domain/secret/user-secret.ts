/**
 * Secrets that users keep in a model, under a name, and grant to applications.
 *
 * Nobody hears of their revisions that nobody reads any more: they go at once, where the user has said
 * so, and otherwise when the user says.
 */
import { Problem } from "#base/problem.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as application from "../application/application.ts";
import * as model from "../model/model.ts";
import * as consumers from "./consumers.ts";
import * as grants from "./grants.ts";
import * as revision from "./revision.ts";
import * as secret from "./secret.ts";

/** So many at most are listed in one answer, each with its revisions and its grants. */
export const listedMax = 5000;
const owner: secret.Owner = { kind: "model", name: "" };

/** A secret is named by its id, or by its name. */
export interface Named {
  readonly id: string | undefined;
  readonly name: string;
}

interface NewUserSecret {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly content: revision.Content;
  readonly now: Temporal.Instant;
}

/** Throws `already exists` for a name that another has. */
export async function add(tx: Transaction, added: NewUserSecret): Promise<void> {
  const { id, name, description, content, now } = added;
  await model.getAlive(tx);
  await secret.add(tx, {
    ...{ id, owner, label: name, description, now },
    ...{ rotation: "never", rotates: null, isAutoPruned: false },
  });
  await revision.add(tx, id, { content, expires: null, now });
}

/** Throws `not found`, and `not valid` for one that a charm keeps. */
export async function get(tx: ReadTransaction, { id, name }: Named): Promise<secret.Secret> {
  const found =
    id === undefined ? await secret.findLabelled(tx, owner, name) : await secret.get(tx, id);
  if (found === undefined) throw new Problem("not found", `secret "${name}" not found`);
  if (found.owner.kind === "model") return found;
  const whose = `belongs to ${found.owner.kind} "${found.owner.name}"`;
  throw new Problem("not valid", `secret "${found.id}" ${whose}: only its charm can change it`);
}

/** Those revisions, or all of them. Throws `not found`. */
export async function remove(
  tx: Transaction,
  named: Named,
  revisions: readonly number[],
): Promise<void> {
  const { id } = await get(tx, named);
  if (revisions.length === 0) return secret.remove(tx, id);
  for (const each of revisions) await revision.remove(tx, id, each);
}

/** Throws `not found`. */
export async function grant(tx: Transaction, named: Named, to: string): Promise<void> {
  const { id } = await get(tx, named);
  await application.getAlive(tx, to);
  await grants.grant(tx, { secret: id, subject: to, relation: grants.noRelation });
}

/** Throws `not found`. */
export async function revoke(tx: Transaction, named: Named, from: string): Promise<void> {
  const { id } = await get(tx, named);
  await application.get(tx, from);
  await grants.revoke(tx, id, ({ subject }) => subject === from);
  await consumers.afterMove(tx, await secret.get(tx, id));
}

export interface Filter {
  readonly id: string | undefined;
  readonly label: string | undefined;
  readonly owner: secret.Owner | undefined;
}

/** All of the model that fit, whoever keeps them. */
export async function list(tx: ReadTransaction, filter: Filter): Promise<secret.Secret[]> {
  const found = await secret.listFitting(tx, { ...filter, max: listedMax + 1 });
  if (found.length <= listedMax) return found;
  const hint = "name an owner, or a secret";
  const message = `there are more secrets than the ${listedMax} that are listed at a time: ${hint}`;
  throw new Problem("quota limit exceeded", message);
}
