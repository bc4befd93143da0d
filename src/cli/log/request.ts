/** What somebody wants of a log, in the words of the controller. */

import { isLogLevel } from "#base/log.ts";
import { UsageError } from "#base/usage.ts";
import { toTag } from "#contract/tags.ts";
import { parseCommaList } from "../comma-list.ts";
import { parseCount } from "../count.ts";

/** What is shown of what is there when nobody says how much. */
const usualLines = 10;
const refusedPairs = [
  ["tail", "no-tail"],
  ["tail", "limit"],
  ["no-tail", "lines"],
  ["limit", "lines"],
  ["replay", "lines"],
] as const;

export interface Wanted {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly "include-module": readonly string[];
  readonly "exclude-module": readonly string[];
  readonly "include-labels": readonly string[];
  readonly "exclude-labels": readonly string[];
  readonly level: string;
  readonly limit: string;
  readonly lines: string;
  readonly replay: boolean;
  readonly tail: boolean;
  readonly "no-tail": boolean;
}

export interface Setting {
  /** Whether it goes on with what comes, unless it is told. */
  readonly isTerminal: boolean;
}

/** Throws a `UsageError` for what makes no sense. */
export function toQuery(wanted: Wanted, setting: Setting): URLSearchParams {
  refusePairs(wanted);
  const lists = Object.entries(toLists(wanted)).flatMap(([name, values]) =>
    values.map((value) => [name, value]),
  );
  const level = wanted.level === "" ? [] : [["level", checkLevel(wanted.level)]];
  return new URLSearchParams([["version", "2"], ...lists, ...level, ...toExtent(wanted, setting)]);
}

/** How much of what is there, and whether to go on. */
function toExtent(wanted: Wanted, { isTerminal }: Setting): string[][] {
  const limit = toCount(wanted.limit, "limit");
  const showsAll = wanted.replay || (wanted["no-tail"] && limit === 0);
  const goesOn = wanted.tail || wanted.replay || isTerminal;
  const backlog = limit || toCount(wanted.lines, "lines") || usualLines;
  return [
    showsAll ? ["replay", "true"] : ["backlog", `${backlog}`],
    ...(limit > 0 ? [["maxLines", `${limit}`]] : []),
    ...(limit > 0 || wanted["no-tail"] || !goesOn ? [["noTail", "true"]] : []),
  ];
}

function refusePairs(wanted: Wanted): void {
  const isGiven = (name: keyof Wanted) =>
    typeof wanted[name] === "string" ? Number(wanted[name]) !== 0 : wanted[name] === true;
  for (const [one, other] of refusedPairs) {
    if (!isGiven(one) || !isGiven(other)) continue;
    throw new UsageError(`setting --${one} and --${other} not valid`);
  }
}

function toLists(wanted: Wanted) {
  return {
    includeEntity: each(wanted.include).map(toEntity),
    excludeEntity: each(wanted.exclude).map(toEntity),
    includeModule: each(wanted["include-module"]),
    excludeModule: each(wanted["exclude-module"]),
    includeLabels: each(wanted["include-labels"]),
    excludeLabels: each(wanted["exclude-labels"]),
  };
}

/** Several may be given at once, with commas between them. */
function each(values: readonly string[]): readonly string[] {
  return values.flatMap(parseCommaList);
}

/** A unit, a machine or an application by its name; what is a tag already stays one. */
function toEntity(name: string): string {
  if (/^(?:unit|machine|controller|application)-/.test(name)) return name;
  if (/^\d+(?:\/[a-z]+\/\d+)*$/.test(name)) return toTag("machine", name);
  if (name.includes("/")) return toTag("unit", name);
  return name.includes("*") ? name : `unit-${name}-*`;
}

function toCount(text: string, name: string): number {
  return parseCount(text, { what: `option --${name}`, min: 0 });
}

function checkLevel(text: string): string {
  const level = text.toUpperCase();
  if (isLogLevel(level)) return level;
  const known = '"TRACE", "DEBUG", "INFO", "WARNING", "ERROR"';
  throw new UsageError(`level value "${text}" is not one of ${known}`);
}
