/** Narrows an overview to what somebody asked for by name, status or pattern. */
import { Problem } from "#base/problem.ts";
import { workloadStatus } from "#domain/unit/shown-status.ts";
import type { Unit } from "#domain/unit/unit.ts";
import type { Overview } from "./overview.ts";

const patternsMax = 100;

/**
 * Keeps what matches any of the patterns: machines, applications and units by name, and units by
 * their workload's status. A unit brings its application and its machine along, and whoever it stands
 * beside or has beside it; an application and a machine bring their units, and an application its
 * relations. Throws `not valid` for too many patterns.
 */
export function narrow(overview: Overview, patterns: readonly string[]): Overview {
  if (patterns.length === 0) return overview;
  if (patterns.length > patternsMax) {
    throw new Problem("not valid", `${patterns.length} patterns are more than ${patternsMax}`);
  }
  const matches = (text: string) => patterns.some((pattern) => isMatch(text, pattern));
  const matched = overview.units.filter((unit) => unitTexts(overview, unit).some(matches));
  const meant = new Set(matched.flatMap(({ name, principal }) => [name, principal]));
  const served = new Set(matched.map(({ name }) => name));
  const units = overview.units.filter(
    ({ name, principal }) => meant.has(name) || served.has(principal),
  );
  const names = new Set(units.map(({ application }) => application));
  const ids = new Set(units.map(({ machine }) => machine));
  const applications = overview.applications.filter(({ name }) => names.has(name) || matches(name));
  const kept = new Set(applications.map(({ name }) => name));
  return {
    ...overview,
    units,
    applications,
    machines: overview.machines.filter(({ id }) => ids.has(id) || matches(id)),
    relations: overview.relations.filter(({ endpoints }) =>
      endpoints.some(({ application }) => kept.has(application)),
    ),
  };
}

function unitTexts(overview: Overview, { name, application, machine }: Unit): string[] {
  return [name, application, machine, workloadStatus(overview.statuses, name).status];
}

/**
 * A star stands for any letters, the slash before a unit's number included. What stands between stars
 * is looked for once and in order, so that nobody can write a pattern that takes long.
 */
function isMatch(text: string, pattern: string): boolean {
  const [start = "", ...rest] = pattern.split("*");
  const end = rest.pop();
  if (end === undefined) return text === pattern;
  if (start.length + end.length > text.length) return false;
  if (!text.startsWith(start) || !text.endsWith(end)) return false;
  const middle = text.slice(start.length, text.length - end.length);
  let at = 0;
  for (const piece of rest) {
    const found = middle.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return true;
}
