/** What generated pages are made of: a heading with a note for whoever would edit them, and tables. */

export interface Page {
  /** Relative to the project's folder. */
  readonly path: string;
  readonly content: string;
}

export interface Origin {
  readonly title: string;
  /** What the page is made from, relative to the project's folder. */
  readonly from: string;
}

/** A page with the parts, one after the other. */
export function page(name: string, { title, from }: Origin, parts: readonly string[]): Page {
  const note = `<!-- Made by "npm run reference" from ${from}: change that, not this page. -->`;
  const content = [`# ${title}`, note, ...parts].map((part) => part.trim()).join("\n\n");
  return { path: `docs/reference/${name}.md`, content: `${content}\n` };
}

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(toCell).join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

export function codeBlock(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** As in `charm-url`, for Markdown's links to headings. */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, "")
    .replaceAll(" ", "-");
}

/** Text that was written for a terminal; what looks like HTML is not meant as such. */
export function prose(text: string): string {
  return text.trim().replaceAll("<", "&lt;");
}

function toCell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
