/** What several of a status's tables have in their cells. */
import { styleText } from "node:util";
import type { Cell } from "../table.ts";

/** Shows a status, in colour or not. */
export type Paint = (status: string) => Cell;

const ellipsis = "...";
const messageLengthMax = 120;

const green = ["active", "idle", "started", "running"];
const red = ["error", "blocked", "down", "lost"];

export function plain(status: string): Cell {
  return status;
}

/** Green for what works, red for what needs somebody, yellow for all that is on its way. */
export function colored(status: string): Cell {
  if (status === "") return status;
  const color = toColor(status);
  return { text: status, paint: (text) => styleText(color, text, { validateStream: false }) };
}

function toColor(status: string): "green" | "red" | "yellow" {
  if (green.includes(status)) return "green";
  return red.includes(status) ? "red" : "yellow";
}

/** A message, or as much of it as fits in a table. */
export function toMessage(text: string): string {
  return cut(text, messageLengthMax);
}

/** The text if it is no longer than that, otherwise its beginning, with `...` in the end. */
export function cut(text: string, lengthMax: number): string {
  const letters = Array.from(text);
  if (letters.length <= lengthMax) return text;
  return letters.slice(0, lengthMax - ellipsis.length).join("") + ellipsis;
}
