/** Whose history somebody wants, and how much of it. */
import { Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import type { TagKind } from "#contract/tags.ts";
import { parseCount } from "../count.ts";

/** What each type is about; the last ones say nothing of themselves. */
export const kindsByType: Readonly<Record<string, TagKind | undefined>> = {
  unit: "unit",
  "juju-unit": "unit",
  workload: "unit",
  machine: "machine",
  "juju-machine": "machine",
  application: "application",
  model: "model",
  container: "machine",
  "juju-container": "machine",
  saas: undefined,
  filesystem: undefined,
  volume: undefined,
  task: undefined,
};
const namePatterns: Partial<Readonly<Record<TagKind, RegExp>>> = {
  unit: /^[a-z][a-z0-9-]*\/\d+$/,
  machine: /^\d+(?:\/[a-z]+\/\d+)*$/,
  application: /^[a-z][a-z0-9-]*$/,
};
export const shownMax = 20;
const nanosecondsPerDay = 86_400_000_000_000;
/** What units of earlier versions of Juju said whenever they ran the hook. */
const statusUpdates = ["running update-status hook"];

export interface Given {
  readonly n: string | undefined;
  readonly days: string | undefined;
  readonly "from-date": string | undefined;
  readonly "include-status-updates": boolean;
}

export function toFilter({ n, days, "from-date": date, "include-status-updates": all }: Given) {
  if ([n, days, date].filter((each) => each !== undefined).length > 1) {
    const names = "backlog size, backlog date and backlog days back";
    throw new UsageError(`${names} cannot be specified together`);
  }
  const exclude = all ? [] : statusUpdates;
  if (days !== undefined) {
    const delta = parseCount(days, { what: "option --days", min: 1 }) * nanosecondsPerDay;
    return { size: 0, delta, exclude };
  }
  if (date !== undefined) return { size: 0, delta: 0, date: parseDate(date), exclude };
  const size = n === undefined ? shownMax : parseCount(n, { what: "option -n", min: 0 });
  return { size: size || shownMax, delta: 0, exclude };
}

function parseDate(date: string): string {
  try {
    return Temporal.PlainDate.from(date).toZonedDateTime("UTC").toInstant().toString();
  } catch {
    throw new UsageError(`parsing backlog date: "${date}" is not a date such as 2026-01-31`);
  }
}

/** Throws a `UsageError` for a type that there is not, and for a name that nothing of it has. */
export function checkName(type: string, entity: string | undefined): string {
  if (!Object.hasOwn(kindsByType, type)) {
    const known = Object.keys(kindsByType).join(", ");
    throw new UsageError(`unexpected status type "${type}": there are ${known}`);
  }
  if (type === "model") return "";
  if (entity === undefined) throw new UsageError("entity name is missing.");
  const kind = kindsByType[type];
  if (kind === undefined) throw noHistory();
  if (namePatterns[kind]?.test(entity)) return entity;
  throw new UsageError(`"${entity}" is not a valid name for a ${type}`);
}

export function noHistory(): Problem {
  return new Problem("not found", "no status history available");
}
