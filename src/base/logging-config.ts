/** Which messages are kept, as Juju writes it: `<root>=INFO;unit=DEBUG`. */
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
