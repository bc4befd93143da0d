/**
 * Measures what Jumar costs, each figure beside a bare minimum of the same run: what counts is the
 * ratio, for the times themselves say more about the machine.
 *
 *     npm run bench
 *     npm run bench -- status
 *     npm run bench -- --json
 */
import { parseArgs } from "node:util";
import { currentVersion } from "#release/current.ts";
import { prepareProgram } from "../scripts/prepare.ts";
import type { Figure, Measure } from "./measure.ts";
import { bulk } from "./measures/bulk.ts";
import { density } from "./measures/density.ts";
import { fullStatus } from "./measures/full-status.ts";
import { hooks } from "./measures/hooks.ts";
import { logs } from "./measures/logs.ts";
import { memory } from "./measures/memory.ts";
import { reaction } from "./measures/reaction.ts";
import { status } from "./measures/status.ts";
import { writes } from "./measures/writes.ts";

const measures: Readonly<Record<string, Measure>> = {
  status,
  hooks,
  bulk,
  reaction,
  writes,
  logs,
  "full-status": fullStatus,
  memory,
  density,
};

const { values: flags, positionals: asked } = parseArgs({
  options: { json: { type: "boolean" } },
  allowPositionals: true,
});
const names = asked.length > 0 ? asked : Object.keys(measures);
const unknown = names.filter((name) => !Object.hasOwn(measures, name));
if (unknown.length > 0) {
  const known = Object.keys(measures).join(", ");
  process.stderr.write(`There is no benchmark "${unknown[0]}"; there are ${known}.\n`);
  process.exit(2);
}

await prepareProgram([currentVersion], say);
const figures: Figure[] = [];
for (const name of names) {
  const measure = measures[name];
  if (measure === undefined) continue;
  say(`Measuring ${measure.title} ...`);
  figures.push(...(await measure.run()));
}
process.stdout.write(flags.json ? asJson(figures) : asTable(figures));

function asJson(all: readonly Figure[]): string {
  const rows = all.map((figure) => ({ ...figure, ratio: ratioOf(figure) }));
  return `${JSON.stringify(rows, null, 2)}\n`;
}

function asTable(all: readonly Figure[]): string {
  const rows = all.map((figure) => [
    figure.name,
    `${round(figure.value)} ${figure.unit}`,
    `${round(figure.baseline)} ${figure.unit}`,
    `${round(ratioOf(figure))}`,
  ]);
  const table = [["Measure", "Jumar", "Bare minimum", "Ratio"], ...rows];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...table.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return `${table.map((cells) => line(cells).trimEnd()).join("\n")}\n`;
}

function ratioOf({ value, baseline }: Figure): number {
  return value / baseline;
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
