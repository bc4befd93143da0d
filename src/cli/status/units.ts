/** All units of a status in the order in which they are shown. */
import type { FullStatus } from "#contract/client.ts";
import { sortEntries } from "./natural.ts";
import { subordinatesOf, type UnitStatus } from "./parts.ts";

/** The agents that do what they are there for, be it nothing at the moment. */
const readyStatuses = ["idle", "executing", "running"];

export interface Shown {
  readonly name: string;
  readonly unit: UnitStatus;
  /** How many units it stands under. */
  readonly level: number;
}

/** By name, each with its subordinates after it. */
export function listUnits({ applications }: FullStatus): Shown[] {
  const entries = Object.values(applications).flatMap(({ units }) => Object.entries(units));
  return sortEntries(Object.fromEntries(entries)).flatMap((entry) => withSubordinates(entry, 0));
}

function withSubordinates([name, unit]: [string, UnitStatus], level: number): Shown[] {
  const below = subordinatesOf(unit).flatMap((entry) => withSubordinates(entry, level + 1));
  return [{ name, unit, level }, ...below];
}

/** A subordinate's units stand beside those of other applications. */
export function unitsOf(
  name: string,
  applications: FullStatus["applications"],
): readonly UnitStatus[] {
  const application = applications[name];
  if (!application?.["subordinate-to"].length) return Object.values(application?.units ?? {});
  return Object.values(applications)
    .flatMap(({ units }) => Object.values(units).flatMap(subordinatesOf))
    .filter(([unit]) => unit.startsWith(`${name}/`))
    .map(([, unit]) => unit);
}

export function isReady(unit: UnitStatus): boolean {
  return readyStatuses.includes(unit["agent-status"].status);
}
