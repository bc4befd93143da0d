/**
 * Logs: lines of text for people, one for each event.
 *
 * A line is `2026-11-21 20:00:00 INFO module message`, in UTC, as Juju's agents write them. What
 * spans lines is indented, so that a line which starts with a date starts an event.
 */
import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Clock } from "./clock.ts";

export const logLevels = ["TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] as const;
export type LogLevel = (typeof logLevels)[number];

/** What is logged, before anybody makes a line of it. */
export interface LogEntry {
  readonly time: Temporal.Instant;
  readonly level: LogLevel;
  readonly module: string;
  readonly message: string;
}

export type LogSink = (entry: LogEntry) => void;

export interface Log {
  write(level: LogLevel, message: string): void;
  /** The same log under the name of a part of this one. */
  of(part: string): Log;
}

const fileBytesMax = 10 * 1024 * 1024;

export function isLogLevel(text: string): text is LogLevel {
  return (logLevels as readonly string[]).includes(text);
}

/** A log on `sink`, which is given whole lines. */
export function logTo(sink: (line: string) => void, clock: Clock, module: string): Log {
  return logOn((entry) => sink(formatEntry(entry)), clock, module);
}

/** A log on `sink`, which is given what is logged as it is. */
export function logOn(sink: LogSink, clock: Clock, module: string): Log {
  return {
    write: (level, message) => sink({ time: clock.now(), level, module, message }),
    of: (part) => logOn(sink, clock, `${module}.${part}`),
  };
}

export function formatEntry({ time, level, module, message }: LogEntry): string {
  const [date, hour] = time.toString({ smallestUnit: "second" }).slice(0, -1).split("T");
  return `${date} ${hour} ${level} ${module} ${message.trimEnd().replaceAll("\n", "\n  ")}\n`;
}

/**
 * Appends lines to a file. A file that has grown to `fileBytesMax` is set aside as `PATH.1`, in
 * the place of the one before, so that a log takes up twice that at most. A line that cannot be
 * written is lost: what is logged matters more than the log.
 */
export function fileSink(path: string): (line: string) => void {
  mkdirSync(dirname(path), { recursive: true });
  let size = sizeOf(path);
  return (line) => {
    try {
      if (size > fileBytesMax) size = sizeOf(path);
      if (size > fileBytesMax) {
        renameSync(path, `${path}.1`);
        size = 0;
      }
      appendFileSync(path, line, { mode: 0o640 });
      size += Buffer.byteLength(line);
    } catch {}
  };
}

/** Others may write to the file as well, or take it away. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
