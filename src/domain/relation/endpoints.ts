/** Endpoints: which of two applications' endpoints somebody means who wants to relate them. */
import { Problem } from "#base/problem.ts";

export interface Endpoint {
  readonly application: string;
  readonly name: string;
  readonly role: "provider" | "requirer" | "peer";
  readonly interface: string;
  readonly scope: "global" | "container";
  /** How many relations it may have, or 0 for any number. */
  readonly limit: number;
  readonly optional: boolean;
}

const implicitInterface = "juju-info";
const roleOrder = ["peer", "requirer", "provider"];

/** What a relation is known by, whichever way round somebody names it. */
export function toKey(endpoints: readonly Endpoint[]): string {
  return inKeyOrder(endpoints).map(formatEndpoint).join(" ");
}

export function inKeyOrder(endpoints: readonly Endpoint[]): Endpoint[] {
  return endpoints.toSorted((a, b) => roleOrder.indexOf(a.role) - roleOrder.indexOf(b.role));
}

export function formatEndpoint({ application, name }: Endpoint): string {
  return `${application}:${name}`;
}

/** Whether they are one, for those who relate through it; its limit and the like may differ. */
export function isSameEndpoint(one: Endpoint, other: Endpoint): boolean {
  const { application, name, role } = one;
  const isSamePlace = application === other.application && name === other.name;
  return isSamePlace && role === other.role && one.interface === other.interface;
}

/** `mysql` or `mysql:db`. */
export function parseEndpointName(text: string): { application: string; name: string | undefined } {
  const [application = "", name, ...rest] = text.split(":");
  if (application === "" || name === "" || rest.length > 0) {
    throw new Problem("not valid", `invalid endpoint "${text}"`);
  }
  return { application, name };
}

/**
 * The only two endpoints, one of each list, that fit: of two applications, with the same interface,
 * and one provides what the other requires. What every charm provides implicitly counts only if
 * nothing else fits, and the scope of a container only if one of the applications is a subordinate.
 * Throws `not found` when none fit and `not valid` when several do, with Juju's texts.
 */
export function findPair(
  names: readonly string[],
  [ones, others]: readonly [readonly Endpoint[], readonly Endpoint[]],
  { hasSubordinate } = { hasSubordinate: false },
): readonly [Endpoint, Endpoint] {
  const mayUse = ({ scope }: Endpoint) => hasSubordinate || scope === "global";
  const pairs = ones
    .filter(mayUse)
    .flatMap((one) =>
      others
        .filter((other) => mayUse(other) && fits(one, other))
        .map((other) => [one, other] as const),
    );
  const explicit = pairs.filter((pair) => !pair.some(isImplicit));
  const candidates = explicit.length > 0 ? explicit : pairs;
  const [found, ...more] = candidates;
  if (found === undefined) throw new Problem("not found", "no relations found");
  if (more.length === 0) return found;
  const choices = candidates
    .map((pair) => `"${toKey(pair)}"`)
    .toSorted()
    .join("; ");
  const message = `ambiguous relation: "${names.join(" ")}" could refer to ${choices}`;
  throw new Problem("not valid", message);
}

function fits(one: Endpoint, other: Endpoint): boolean {
  if (one.application === other.application || one.interface !== other.interface) return false;
  const roles = new Set([one.role, other.role]);
  return roles.has("provider") && roles.has("requirer");
}

function isImplicit({ name, role, interface: kind }: Endpoint): boolean {
  return name === implicitInterface && role === "provider" && kind === implicitInterface;
}
