/** Lines of a log as Juju prints them: `unit-mysql-0: 15:04:05 INFO unit.mysql/0.juju-log message`. */
import { styleText } from "node:util";
import type { LogLine } from "#client/log-stream.ts";

export interface Manner {
  readonly format: string;
  readonly isColored: boolean;
  readonly zone: string;
  readonly hasDate: boolean;
  readonly hasMilliseconds: boolean;
  readonly hasLocation: boolean;
}

type Style = Parameters<typeof styleText>[0];

const styles: Readonly<Record<string, Style>> = {
  DEBUG: "green",
  INFO: "blueBright",
  WARNING: "yellow",
  ERROR: "redBright",
  CRITICAL: ["white", "bgRed"],
};

/** With the newline at its end. */
export function formatLogLine(line: LogLine, manner: Manner): string {
  const { tag, ts, sev, mod, loc, msg } = line;
  if (manner.format === "json") {
    const known = { entity: tag, timestamp: ts, severity: sev, module: mod };
    return `${JSON.stringify({ ...known, location: loc, message: msg })}\n`;
  }
  const level = manner.isColored ? paint(sev, styles[sev]) : sev;
  const location = manner.hasLocation && loc !== "" ? [toText(loc)] : [];
  const words = [formatTime(ts, manner), level, toText(mod), ...location, toText(msg)];
  return `${toText(tag)}: ${words.join(" ")}\n`;
}

function paint(text: string, style: Style | undefined): string {
  return style ? styleText(style, text, { validateStream: false }) : text;
}

function formatTime(ts: string, { zone, hasDate, hasMilliseconds }: Manner): string {
  const local = Temporal.Instant.from(ts).toZonedDateTimeISO(zone).toPlainDateTime();
  const text = local.toString({ smallestUnit: hasMilliseconds ? "millisecond" : "second" });
  return hasDate ? text.replace("T", " ") : text.slice(text.indexOf("T") + 1);
}

/** Whatever controls a terminal is a space; a message may have several lines. */
function toText(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, " ");
}
