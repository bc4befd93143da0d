/** Lists as they are given on a command line: `a,b`, where an empty one is no item. */

export function parseCommaList(text: string): readonly string[] {
  const items = text.split(",").map((item) => item.trim());
  return items.filter((item) => item !== "");
}
