/** Lines of the log as they lie on the disk: a JSON list for each, on a line of its own. */
import { isLogLevel, type LogLevel } from "#base/log.ts";

export interface SpooledLine {
  readonly sequence: number;
  /** Milliseconds since 1970, in UTC. */
  readonly time: number;
  /** The tag of who logged it, as in `unit-mysql-0`. */
  readonly entity: string;
  readonly level: LogLevel;
  readonly module: string;
  readonly message: string;
}

/** What is kept of a message here; in the log's own file it is as long as it was. */
const messageLengthMax = 16 * 1024;

/** Without the character that databases do not keep. */
export function formatLine({ sequence, time, entity, level, module, message }: SpooledLine) {
  const kept = message.trimEnd().slice(0, messageLengthMax).replaceAll("\0", "\u{fffd}");
  return `${JSON.stringify([sequence, time, entity, level, module, kept.toWellFormed()])}\n`;
}

/** Undefined for what a crash has torn off. */
export function parseLine(text: string): SpooledLine | undefined {
  const [sequence, time, entity, level, module, message] = parseList(text);
  if (typeof sequence !== "number" || typeof time !== "number") return undefined;
  const known = String(level);
  return {
    ...{ sequence, time, level: isLogLevel(known) ? known : "INFO" },
    ...{ entity: String(entity), module: String(module), message: String(message) },
  };
}

function parseList(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
