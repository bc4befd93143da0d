/** Refusals: how this layer says that something is not valid, in one line and with the value. */
import { Problem } from "#base/problem.ts";

const shownLengthMax = 100;
/** A message may name places by what a file says, which may be as long as the file. */
const messageLengthMax = 600;

export function notValid(message: string, options?: ErrorOptions): Problem {
  const line = message.replace(/\p{Cc}+/gu, " ");
  const isLong = line.length > messageLengthMax;
  return new Problem("not valid", isLong ? `${line.slice(0, messageLengthMax)}…` : line, options);
}

/** The value as a message shows it: quoted if it is text, and cut if it is long. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  if (typeof value !== "string") return String(value);
  const isLong = value.length > shownLengthMax;
  return JSON.stringify(isLong ? `${value.slice(0, shownLengthMax)}…` : value);
}
