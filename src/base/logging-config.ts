/** Which messages are kept, as Juju writes it: `<root>=INFO;unit=DEBUG`. */
import { type LogLevel, logLevels } from "./log.ts";
import { Problem } from "./problem.ts";

const severities = [
  "UNSPECIFIED",
  "TRACE",
  "DEBUG",
  "INFO",
  "WARNING",
  "ERROR",
  "CRITICAL",
] as const;
export type Severity = (typeof severities)[number];

/** What Juju calls the logger above all others. */
const rootLogger = "<root>";

/**
 * The severity that each logger's messages need to be kept; a severity alone is that of the root.
 * Throws `not valid`.
 */
export function parseLoggingConfig(text: string): ReadonlyMap<string, Severity> {
  const only = findSeverity(text.trim());
  if (only !== undefined) return new Map([[rootLogger, only]]);
  const entries = text.split(/[;\n]/).map((entry) => entry.trim());
  return new Map(entries.filter((entry) => entry !== "").map(parseEntry));
}

function parseEntry(entry: string): [string, Severity] {
  const [logger = "", name, ...more] = entry.split("=").map((part) => part.trim());
  if (name === undefined || more.length > 0) {
    throw new Problem("not valid", `logger value expected '=', found "${entry}"`);
  }
  if (logger === "")
    throw new Problem("not valid", `logger value "${entry}" has missing module name`);
  const severity = findSeverity(name);
  if (severity === undefined) {
    const known = severities.join(", ");
    throw new Problem("not valid", `unknown severity level "${name}": expected one of ${known}`);
  }
  return [logger, severity];
}

/** In any case, and `WARN` as well, as Juju reads it. */
function findSeverity(name: string): Severity | undefined {
  const upper = name.toUpperCase();
  return severities.find((each) => each === (upper === "WARN" ? "WARNING" : upper));
}

/** What is kept where nobody has said anything else. */
export const usualLoggingConfig = "<root>=INFO";

/** For how many loggers it is remembered what they need. */
const rememberedMax = 1000;

/**
 * Whether a logger's message is kept: it needs the severity that is stated for the logger, or for the
 * nearest above it, whose name is its own up to a dot. Throws `not valid`.
 */
export function keeperOf(config: string): (module: string, level: LogLevel) => boolean {
  const stated = new Map(
    [...parseLoggingConfig(config)].map(([logger, severity]) => [logger.toLowerCase(), severity]),
  );
  const needed = new Map<string, number>();
  return (module, level) => {
    let rank = needed.get(module);
    if (rank === undefined) {
      if (needed.size >= rememberedMax) needed.clear();
      rank = findNeeded(stated, module.toLowerCase());
      needed.set(module, rank);
    }
    return logLevels.indexOf(level) >= rank;
  };
}

function findNeeded(stated: ReadonlyMap<string, Severity>, logger: string): number {
  for (let name = logger; name !== ""; name = name.slice(0, Math.max(name.lastIndexOf("."), 0))) {
    const rank = toRank(stated.get(name));
    if (rank !== undefined) return rank;
  }
  return toRank(stated.get(rootLogger)) ?? logLevels.indexOf("WARNING");
}

function toRank(severity: Severity | undefined): number | undefined {
  if (severity === undefined || severity === "UNSPECIFIED") return undefined;
  return logLevels.indexOf(severity);
}
