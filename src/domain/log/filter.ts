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
  const isWantedEntity = oneOf(includeEntity.map(entityPattern), true);
  const isUnwantedEntity = oneOf(excludeEntity.map(entityPattern), false);
  const isWantedModule = oneOf(includeModule.map(modulePattern), true);
  const isUnwantedModule = oneOf(excludeModule.map(modulePattern), false);
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

/** Whether a text fits any of the patterns; `ifNone` if there are none. */
function oneOf(patterns: readonly string[], ifNone: boolean): (text: string) => boolean {
  if (patterns.length === 0) return () => ifNone;
  const pattern = new RegExp(`^(?:${patterns.join("|")})$`, "s");
  return (text) => pattern.test(text);
}

/** An application's name may begin with another's, so a star at the end of a unit's is its number. */
function entityPattern(entity: string): string {
  const own = /^unit-(.+)-\*$/.exec(entity);
  if (own) return `unit-${toPattern(own[1] ?? "")}-\\d+`;
  return toPattern(entity);
}

function toPattern(text: string): string {
  return text.split(/\*+/).map(RegExp.escape).join(".*");
}

function modulePattern(module: string): string {
  return `${RegExp.escape(module)}(?:\\..*)?`;
}
