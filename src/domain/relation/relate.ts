/**
 * Relating: two applications that fit each other, and their units taking part.
 *
 * A unit takes part from the moment that it is installed and runs a charm that has the endpoint, so
 * that others never hear of a unit that cannot answer yet. One that is going begins nothing new. Where
 * the relation is with a subordinate, the unit gets one of its own at the same moment.
 */
import { Problem } from "#base/problem.ts";
import type { Charm } from "#charm/charm.ts";
import { endpointsOf } from "#charm/metadata.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as application from "../application/application.ts";
import * as charm from "../charm/charm.ts";
import * as machine from "../machine/machine.ts";
import * as model from "../model/model.ts";
import * as unit from "../unit/unit.ts";
import { type Endpoint, findPair, isSameEndpoint, parseEndpointName } from "./endpoints.ts";
import * as membership from "./membership.ts";
import * as relation from "./relation.ts";
import { canBeIn, inScope, isSubordinate, keepBeside } from "./subordinate.ts";

/** Every endpoint that an application with the charm has. */
export function toEndpoints(name: string, { metadata }: Charm): Endpoint[] {
  return Array.from(endpointsOf(metadata).values(), (endpoint) => ({
    application: name,
    ...endpoint,
  }));
}

/**
 * Relates two applications by their endpoints, as in `mysql` or `mysql:db`. Throws `not found` for
 * what there is not or what does not fit, `not valid` when it is ambiguous, and `already exists`.
 */
export async function relate(
  tx: Transaction,
  names: readonly string[],
  now: Temporal.Instant,
): Promise<relation.Relation> {
  await model.getAlive(tx);
  return establish(tx, await findEndpoints(tx, names), now);
}

/** Adds a relation between endpoints that fit; the units that can take part do so at once. */
export async function establish(
  tx: Transaction,
  endpoints: readonly Endpoint[],
  now: Temporal.Instant,
): Promise<relation.Relation> {
  const established = await relation.add(tx, await inScope(tx, endpoints), now);
  await enterUnits(tx, established, now);
  return established;
}

/** Every unit takes part in the relation that can. */
export async function enterUnits(
  tx: Transaction,
  related: relation.Relation,
  now: Temporal.Instant,
): Promise<void> {
  for (const { application: name } of related.endpoints) {
    for (const each of await unit.list(tx, { application: name })) {
      const offered = await endpointsOfUnit(tx, each);
      await enterIfOffered(tx, related, { each, offered, now });
    }
  }
}

/** The relation between two endpoints. Throws `not found`. */
export async function findRelated(
  tx: ReadTransaction,
  names: readonly string[],
): Promise<relation.Relation> {
  const [first, second] = await namedEndpoints(tx, names);
  const keys = new Set(
    (await relation.list(tx))
      .filter(({ endpoints }) => {
        const [one, other = one] = endpoints;
        return one && other && isBetween(one, other, [first, second]);
      })
      .map(({ key }) => key),
  );
  const [key, ...more] = keys;
  if (key === undefined) {
    throw new Problem("not found", `relation "${names.join(" ")}" not found`);
  }
  if (more.length > 0) {
    const message = `ambiguous relation: "${names.join(" ")}" could refer to "${[...keys].join('"; "')}"`;
    throw new Problem("not valid", message);
  }
  const found = await relation.findByKey(tx, key);
  if (found === undefined) throw new Problem("not found", `relation ${key} not found`);
  return found;
}

type Named = readonly [readonly Endpoint[], readonly Endpoint[]];

function isBetween(one: Endpoint, other: Endpoint, [first, second]: Named): boolean {
  const isIn = (endpoint: Endpoint, list: readonly Endpoint[]) =>
    list.some(
      ({ application: name, name: its }) => endpoint.application === name && endpoint.name === its,
    );
  return (isIn(one, first) && isIn(other, second)) || (isIn(one, second) && isIn(other, first));
}

async function findEndpoints(
  tx: ReadTransaction,
  names: readonly string[],
): Promise<readonly [Endpoint, Endpoint]> {
  const [ones, others] = await namedEndpoints(tx, names);
  const applications = new Set([...ones, ...others].map(({ application: name }) => name));
  const flags = await Promise.all([...applications].map((name) => isSubordinate(tx, name)));
  return findPair(names, [ones, others], { hasSubordinate: flags.includes(true) });
}

/** For each name the endpoints that it can mean. */
async function namedEndpoints(tx: ReadTransaction, names: readonly string[]): Promise<Named> {
  const [first, second, ...rest] = names;
  if (first === undefined || second === undefined || rest.length > 0) {
    throw new Problem("not valid", "a relation must involve two applications");
  }
  return [await endpointsNamed(tx, first), await endpointsNamed(tx, second)];
}

async function endpointsNamed(tx: ReadTransaction, text: string): Promise<Endpoint[]> {
  const { application: name, name: endpointName } = parseEndpointName(text);
  const { charm: url } = await application.getAlive(tx, name);
  const { content } = await charm.get(tx, url);
  const endpoints = toEndpoints(name, content);
  if (endpointName === undefined) return endpoints;
  const named = endpoints.filter((endpoint) => endpoint.name === endpointName);
  if (named.length > 0) return named;
  throw new Problem("not found", `application "${name}" has no "${endpointName}" relation`);
}

/** The unit takes part in every relation of its application that it can take part in. */
export async function enterAll(
  tx: Transaction,
  each: unit.Unit,
  now: Temporal.Instant,
): Promise<void> {
  const offered = await endpointsOfUnit(tx, each);
  for (const present of await relation.listOf(tx, each.application)) {
    await enterIfOffered(tx, present, { each, offered, now });
  }
}

/** The endpoints through which the unit can be related as it is now. */
async function endpointsOfUnit(
  tx: ReadTransaction,
  { application: of, life, isInstalled, charm: url }: unit.Unit,
): Promise<Endpoint[]> {
  if (life !== "alive" || !isInstalled || url === null) return [];
  return toEndpoints(of, (await charm.get(tx, url)).content);
}

interface Entering {
  readonly each: unit.Unit;
  readonly offered: readonly Endpoint[];
  readonly now: Temporal.Instant;
}

async function enterIfOffered(
  tx: Transaction,
  related: relation.Relation,
  { each, offered, now }: Entering,
): Promise<void> {
  const { id, life, isSuspended, endpoints } = related;
  const { name, application: of, machine: machineId } = each;
  const isOffered = offered.some((own) => endpoints.some((used) => isSameEndpoint(own, used)));
  if (life !== "alive" || isSuspended || !isOffered || !(await canBeIn(tx, each, related))) return;
  const { addresses } = await machine.get(tx, machineId);
  const settings = addressSettings(addresses);
  await membership.enter(tx, { relation: id, unit: name, application: of, settings });
  await keepBeside(tx, each, { related, now });
}

/** What every unit tells of itself in every relation, from the start. */
function addressSettings([address]: readonly string[]): membership.Settings {
  if (address === undefined) return {};
  return {
    "egress-subnets": address.includes(":") ? `${address}/128` : `${address}/32`,
    "ingress-address": address,
    "private-address": address,
  };
}
