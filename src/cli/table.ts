/** Tables of text, as Juju's commands print them: columns two spaces apart, no wider than needed. */

/** What `formatTable` makes a text of. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** A title, to the left over its cells unless it says otherwise. */
export type Column = string | { readonly title: string; readonly align: "right" };

/** A cell for each column. */
export type Row = readonly Cell[];

/** A text, or one that is painted once its width is known, so that colours take no room. */
export type Cell = string | { readonly text: string; paint(text: string): string };

const gap = "  ";

/**
 * The titles and the rows, without the newline after the last.
 *
 * The last column is not padded, so only a row whose last cells are empty ends in spaces. Whatever
 * controls a terminal, a newline included, is shown as one space.
 */
export function formatTable(columns: readonly Column[], rows: readonly Row[]): string {
  const lines = [columns.map(toTitle), ...rows.map((row) => columns.map((_, at) => row[at] ?? ""))];
  const widths = columns.map((_, at) =>
    lines.reduce((widest, line) => Math.max(widest, widthOf(line[at])), 0),
  );
  return lines.map((line) => line.map(toAligned).join(gap)).join("\n");

  function toAligned(cell: Cell, at: number): string {
    const filler = " ".repeat((widths[at] ?? 0) - widthOf(cell));
    if (isRight(columns[at])) return filler + toPainted(cell);
    return at === columns.length - 1 ? toPainted(cell) : toPainted(cell) + filler;
  }
}

function toTitle(column: Column): string {
  return typeof column === "string" ? column : column.title;
}

function isRight(column: Column | undefined): boolean {
  return typeof column === "object" && column.align === "right";
}

function toPainted(cell: Cell): string {
  return typeof cell === "string" ? toText(cell) : cell.paint(toText(cell));
}

function widthOf(cell: Cell = ""): number {
  return Array.from(toText(cell)).length;
}

function toText(cell: Cell): string {
  const text = typeof cell === "string" ? cell : cell.text;
  return text.replace(/\p{Cc}+/gu, " ");
}
