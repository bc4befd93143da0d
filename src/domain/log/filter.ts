/** Which lines of a log somebody wants: any of those that are named of a kind, and all kinds together. */
import { type LogLevel, logLevels } from "#base/log.ts";
import type { Line } from "./log.ts";

export interface Filter {
  /** This level and those above it. */
  readonly level: LogLevel;
  /** Milliseconds since 1970; not what is older. */
  readonly from: number | undefined;
  /** Tags, in which a star stands for any letters; `unit-mysql-*` is every unit of mysql. */
  readonly includeEntity: readonly string[];
  readonly excludeEntity: readonly string[];
  /** A module stands for those below it as well. */
  readonly includeModule: readonly string[];
  readonly excludeModule: readonly string[];
  /** As in `http=yes`. No line has labels, so whoever wants some gets none. */
  readonly includeLabels: readonly string[];
}

/** Whether a line is wanted. */
export function chooser(filter: Filter): (line: Line) => boolean {
  const { level, from, includeEntity, excludeEntity, includeModule, excludeModule } = filter;
  const rank = logLevels.indexOf(level);
  const isWantedEntity = oneOf(includeEntity.map(entityTest), true);
  const isUnwantedEntity = oneOf(excludeEntity.map(entityTest), false);
  const isWantedModule = oneOf(includeModule.map(moduleTest), true);
  const isUnwantedModule = oneOf(excludeModule.map(moduleTest), false);
  const hasLabels = filter.includeLabels.length === 0;
  return (line) =>
    hasLabels &&
    logLevels.indexOf(line.level) >= rank &&
    (from === undefined || line.time >= from) &&
    isWantedEntity(line.entity) &&
    !isUnwantedEntity(line.entity) &&
    isWantedModule(line.module) &&
    !isUnwantedModule(line.module);
}

type Test = (text: string) => boolean;

/** Whether a text passes any of the tests; `ifNone` if there are none. */
function oneOf(tests: readonly Test[], ifNone: boolean): Test {
  if (tests.length === 0) return () => ifNone;
  return (text) => tests.some((passes) => passes(text));
}

/** An application's name may begin with another's, so a star at the end of a unit's is its number. */
function entityTest(entity: string): Test {
  const own = /^(unit-.+)-\*$/.exec(entity)?.[1];
  if (own === undefined) return starTest(entity);
  const isOwn = starTest(own);
  return (text) => /-\d+$/.test(text) && isOwn(text.slice(0, text.lastIndexOf("-")));
}

/**
 * Whether a text has the parts between the stars, in their order. No regular expression does it, for
 * one of many stars would be at it for longer than anybody lives.
 */
function starTest(pattern: string): Test {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (!text.startsWith(first)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  };
}

function moduleTest(module: string): Test {
  return (text) => text === module || text.startsWith(`${module}.`);
}
