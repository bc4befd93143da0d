/**
 * Subordinates: units that stand beside others, on the same machine and for as long as those.
 *
 * An application of a subordinate charm has no units of its own accord. Each unit of a principal
 * that takes part in a relation with the scope of a container gets one beside it, in the same
 * transaction, as in Juju; so there is none without its principal, and never two. In such a relation units
 * see only those who stand beside the same principal.
 */

import { Problem } from "#base/problem.ts";
import { formatBase } from "#charm/base.ts";
import { supportedBases } from "#charm/charm.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as application from "../application/application.ts";
import * as charm from "../charm/charm.ts";
import { createUnit } from "../unit/create.ts";
import * as unit from "../unit/unit.ts";
import type { Endpoint } from "./endpoints.ts";
import * as membership from "./membership.ts";
import * as relation from "./relation.ts";

/** Throws `not found`. */
export async function isSubordinate(tx: ReadTransaction, name: string): Promise<boolean> {
  const { charm: url } = await application.get(tx, name);
  return (await charm.get(tx, url)).content.metadata.subordinate;
}

/**
 * Whether the unit can be in the relation at all: a subordinate has to do with its principal's
 * application and with other subordinates, not with what its own application serves elsewhere.
 */
export async function canBeIn(
  tx: ReadTransaction,
  { application: own, principal }: unit.Unit,
  { scope, endpoints }: relation.Relation,
): Promise<boolean> {
  if (scope === "global" || principal === "") return true;
  const other = endpoints.find((endpoint) => endpoint.application !== own);
  if (other === undefined || other.application === unit.applicationOf(principal)) return true;
  return isSubordinate(tx, other.application);
}

/** Of those who are in the relation, the ones that the unit sees; `together` are those of its machine. */
export function membersSeen(
  { scope }: Pick<relation.Relation, "scope">,
  members: readonly membership.Member[],
  { seer, together }: { readonly seer: unit.Unit; readonly together: readonly unit.Unit[] },
): readonly membership.Member[] {
  if (scope === "global") return members;
  const beside = together.filter((each) => unit.containerOf(each) === unit.containerOf(seer));
  const names = new Set(beside.map(({ name }) => name));
  return members.filter((each) => each.unit === each.application || names.has(each.unit));
}

/** Of the relations of the unit's application, those that the unit itself can be in. */
export async function listPossible(
  tx: ReadTransaction,
  seer: unit.Unit,
  relations: readonly relation.Relation[],
): Promise<relation.Relation[]> {
  const possible: relation.Relation[] = [];
  for (const each of relations) {
    if (await canBeIn(tx, seer, each)) possible.push(each);
  }
  return possible;
}

/** Gives the unit that is in the relation its subordinate, unless it has it, or is one itself. */
export async function keepBeside(
  tx: Transaction,
  beside: unit.Unit,
  { related, now }: { readonly related: relation.Relation; readonly now: Temporal.Instant },
): Promise<void> {
  const { name, machine, principal, life } = beside;
  const isWanted = related.scope === "container" && related.life === "alive" && life === "alive";
  if (!isWanted || principal !== "") return;
  const other = related.endpoints.find((each) => each.application !== beside.application);
  if (other === undefined || !(await isSubordinate(tx, other.application))) return;
  if ((await application.get(tx, other.application)).life !== "alive") return;
  const present = await unit.list(tx, { application: other.application, principal: name });
  if (present.length > 0) return;
  await createUnit(tx, { application: other.application, machine, principal: name, now });
}

/** Gives the unit every subordinate that it has not, as when one that was going has gone. */
export async function keepAllBeside(
  tx: Transaction,
  name: string,
  now: Temporal.Instant,
): Promise<void> {
  const beside = await unit.find(tx, name);
  if (beside === undefined) return;
  for (const id of await membership.listEntered(tx, name)) {
    await keepBeside(tx, beside, { related: await relation.get(tx, id), now });
  }
}

/** The subordinates of the relation's applications that no relation keeps beside their principals. */
export async function listUnkept(
  tx: ReadTransaction,
  { scope, endpoints }: relation.Relation,
): Promise<unit.Unit[]> {
  if (scope === "global") return [];
  const [one, other] = endpoints;
  if (one === undefined || other === undefined) return [];
  const kept = (await relation.listOf(tx, one.application)).some(
    (each) =>
      each.life === "alive" &&
      each.scope === "container" &&
      each.endpoints.some(({ application: its }) => its === other.application),
  );
  if (kept) return [];
  const beside = async (own: string, served: string) =>
    (await unit.list(tx, { application: own })).filter(
      ({ principal }) => principal !== "" && unit.applicationOf(principal) === served,
    );
  return [
    ...(await beside(one.application, other.application)),
    ...(await beside(other.application, one.application)),
  ];
}

/**
 * The endpoints as they are when related: where one has the scope of a container, both do. Throws
 * `not valid` where neither application is subordinate, and where the subordinate does not run on what
 * the other one is deployed on.
 */
export async function inScope<Endpoints extends readonly Endpoint[]>(
  tx: ReadTransaction,
  endpoints: Endpoints,
): Promise<readonly Endpoint[]> {
  const [one, other] = endpoints;
  const isContained = endpoints.some(({ scope }) => scope === "container");
  if (!isContained || one === undefined || other === undefined) return endpoints;
  await refuseBases(tx, one.application, other.application);
  return endpoints.map((endpoint) => ({ ...endpoint, scope: "container" as const }));
}

async function refuseBases(tx: ReadTransaction, one: string, other: string): Promise<void> {
  const [first, second] = [await application.get(tx, one), await application.get(tx, other)];
  if (first.base === second.base) return;
  const fits = async (own: application.Application, base: string) => {
    const { content } = await charm.get(tx, own.charm);
    const supported = supportedBases(content).map(formatBase);
    const isFree = supported.length === 0 || supported.includes(base);
    return content.metadata.subordinate && isFree;
  };
  if ((await fits(first, second.base)) || (await fits(second, first.base))) return;
  const bases = `${one} is on ${first.base}, ${other} on ${second.base}`;
  const message = `principal and subordinate applications' bases must match: ${bases}`;
  throw new Problem("not valid", message);
}
