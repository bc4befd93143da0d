/**
 * Relations as a charm declares them: the endpoints through which it can be related to others.
 *
 * Names and interfaces that start with `juju` are kept for Juju itself. A charm may use the
 * interface `juju-info`, which every charm provides, but may not provide it.
 */
import { isMapping } from "#base/mapping.ts";
import { isAbsent, toBoolean, toCount, toFields, toNamed, toOneOf, toText } from "./fields.ts";
import { notValid, shown } from "./refusal.ts";

export interface Relation {
  readonly name: string;
  readonly role: "provider" | "requirer" | "peer";
  readonly interface: string;
  /** How many relations the endpoint takes; 0 for as many as come. */
  readonly limit: number;
  readonly optional: boolean;
  readonly scope: "global" | "container";
}

export type Relations = Readonly<Record<string, Relation>>;

/** What every charm provides without saying so. */
export const jujuInfo: Relation = {
  name: "juju-info",
  role: "provider",
  interface: "juju-info",
  limit: 0,
  optional: false,
  scope: "global",
};

/** One role's relations. Throws `not valid`. */
export function toRelations(value: unknown, role: Relation["role"], where: string): Relations {
  return toNamed(value, where, (name, raw) => toRelation({ name, role }, raw, `${where}.${name}`));
}

/** A relation is a map, or short, its interface alone; an interface in a list counts as well. */
function toRelation(
  identity: Pick<Relation, "name" | "role">,
  raw: unknown,
  where: string,
): Relation {
  const fields = isMapping(raw) ? toFields(raw, where) : { interface: raw };
  const name = Array.isArray(fields.interface) ? fields.interface[0] : fields.interface;
  return {
    ...identity,
    interface: toText(name, `${where}.interface`),
    limit: toCount(fields.limit, `${where}.limit`),
    optional: toBoolean(fields.optional, `${where}.optional`),
    scope: isAbsent(fields.scope)
      ? "global"
      : toOneOf(fields.scope, ["global", "container"], `${where}.scope`),
  };
}

interface Owner {
  readonly name: string;
  readonly subordinate: boolean;
}

/** Checks all relations of a charm against each other. Throws `not valid` with Juju's texts. */
export function checkRelations(owner: Owner, relations: readonly Relation[]): void {
  const seen = new Set<string>();
  for (const relation of relations) {
    checkReserved(owner, relation);
    if (seen.has(relation.name)) {
      throw notValid(
        `charm "${owner.name}" using a duplicated relation name: ${shown(relation.name)}`,
      );
    }
    seen.add(relation.name);
  }
  if (owner.subordinate && !relations.some(isAttachment)) {
    throw notValid(
      `subordinate charm "${owner.name}" lacks "requires" relation with container scope`,
    );
  }
}

function checkReserved(owner: Owner, relation: Relation): void {
  if (owner.name.startsWith("juju-")) return;
  const { name, role, interface: interfaceName } = relation;
  if (isReserved(name) && !(owner.subordinate && isAttachment(relation))) {
    throw notValid(`charm "${owner.name}" using a reserved relation name: "${name}"`);
  }
  if (isReserved(interfaceName) && role !== "requirer") {
    throw notValid(
      `charm "${owner.name}" relation "${name}" using a reserved interface: ${shown(interfaceName)}`,
    );
  }
}

function isReserved(name: string): boolean {
  return name === "juju" || name.startsWith("juju-");
}

/** Whether a subordinate can attach itself to its principal through this relation. */
function isAttachment({ role, scope }: Relation): boolean {
  return role === "requirer" && scope === "container";
}
