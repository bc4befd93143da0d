/**
 * Relation hooks: what a charm has not heard yet of its relations.
 *
 * Within a relation, whoever has gone is told before whoever is new, and what changed last. Units
 * come in the order of their names, so that two runs of the same story are the same.
 */
import { byText } from "#base/order.ts";
import type { DesiredRelation, DesiredUnit } from "#contract/machine-agent.ts";
import type { RelationHook, RelationHookKind } from "../hook.ts";
import type { KnownRelation, UnitState } from "../state.ts";

const unknown: KnownRelation = {
  ...{ endpoint: "", remoteApplication: "", isPeer: false, isCreated: false },
  ...{ members: {}, applicationVersion: 0 },
};

/** What is next for a relation: a hook, or that it is over without one. */
export type RelationNews =
  | { readonly kind: "hook"; readonly hook: RelationHook }
  | { readonly kind: "over"; readonly relation: number };

/** Every relation of which the charm has not heard at all, unless it ends already. */
export function relationsToCreate(state: UnitState, { relations }: DesiredUnit): RelationHook[] {
  return relations
    .filter((relation) => !isOver(relation) && !state.relations[relation.id]?.isCreated)
    .map((relation) => hookOf("relation-created", aboutDesired(relation), {}));
}

/** The first thing that the charm has not heard, or undefined when it has heard everything. */
export function nextRelationNews(
  state: UnitState,
  { relations }: DesiredUnit,
): RelationNews | undefined {
  for (const relation of relations) {
    const known = state.relations[relation.id] ?? unknown;
    if (!known.isCreated) continue;
    const news = newsOf(relation, known);
    if (news) return news;
  }
  return newsOfForgotten(state, relations);
}

function newsOf(relation: DesiredRelation, known: KnownRelation): RelationNews | undefined {
  if (isOver(relation)) return endOf(aboutDesired(relation), known, undefined);
  const hook = hookFor(relation, known);
  return hook && { kind: "hook", hook };
}

/** One that is suspended ends for the charm as one that is removed does. */
function isOver({ life, suspended }: DesiredRelation): boolean {
  return life !== "alive" || suspended;
}

/** A version that is lower is news too: whoever comes back to a relation begins anew in it. */
function hookFor(relation: DesiredRelation, known: KnownRelation): RelationHook | undefined {
  const about = aboutDesired(relation);
  const { members, "application-version": applicationVersion } = relation;
  const departed = sorted(Object.keys(known.members)).find((unit) => !(unit in members));
  if (departed !== undefined) return departure(about, departed, departed);
  if (applicationVersion !== 0 && applicationVersion !== known.applicationVersion) {
    return hookOf("relation-changed", about, { version: applicationVersion });
  }
  for (const [kind, isNews] of [
    ["relation-joined", (unit: string) => !(unit in known.members)],
    ["relation-changed", (unit: string) => members[unit] !== known.members[unit]],
  ] as const) {
    const remoteUnit = sorted(Object.keys(members)).find(isNews);
    if (remoteUnit !== undefined)
      return hookOf(kind, about, { remoteUnit, version: members[remoteUnit] ?? 0 });
  }
  return undefined;
}

/** A relation that the controller has forgotten already still has to end for the charm. */
function newsOfForgotten(
  state: UnitState,
  relations: readonly DesiredRelation[],
): RelationNews | undefined {
  const present = new Set(relations.map(({ id }) => `${id}`));
  const [gone] = Object.entries(state.relations).filter(([id]) => !present.has(id));
  if (gone === undefined) return undefined;
  const [id, known] = gone;
  return endOf(aboutKnown(id, known), known, undefined);
}

/** What is left to say of relations to the charm of a unit that goes. */
export function teardownNews(name: string, { relations }: UnitState): RelationNews | undefined {
  const [first] = Object.entries(relations).toSorted(([a], [b]) => Number(a) - Number(b));
  if (first === undefined) return undefined;
  const [id, known] = first;
  return endOf(aboutKnown(id, known), known, name);
}

/**
 * Everybody departs, and then it is broken, unless it was among peers. Charms take a departing unit
 * that is their own for the end of the unit and not of the relation, so only a unit that goes
 * itself, the `goer`, is named in the place of the others.
 */
function endOf(about: About, known: KnownRelation, goer: string | undefined): RelationNews {
  const [departed] = sorted(Object.keys(known.members));
  if (departed !== undefined)
    return { kind: "hook", hook: departure(about, departed, goer ?? departed) };
  if (known.isPeer || !known.isCreated) return { kind: "over", relation: about.relation };
  return { kind: "hook", hook: hookOf("relation-broken", about, {}) };
}

type About = Pick<RelationHook, "relation" | "endpoint" | "remoteApplication" | "isPeer">;

function aboutDesired(relation: DesiredRelation): About {
  const { id, endpoint, role, "remote-application": remoteApplication } = relation;
  return { relation: id, endpoint, remoteApplication, isPeer: role === "peer" };
}

function aboutKnown(id: string, { endpoint, remoteApplication, isPeer }: KnownRelation): About {
  return { relation: Number(id), endpoint, remoteApplication, isPeer };
}

function departure(about: About, remoteUnit: string, departingUnit: string): RelationHook {
  return hookOf("relation-departed", about, { remoteUnit, departingUnit });
}

function hookOf(
  kind: RelationHookKind,
  about: About,
  news: Partial<Pick<RelationHook, "remoteUnit" | "departingUnit" | "version">>,
): RelationHook {
  return { kind, ...about, remoteUnit: "", departingUnit: "", version: 0, ...news };
}

function sorted(names: readonly string[]): string[] {
  return names.toSorted(byText);
}
