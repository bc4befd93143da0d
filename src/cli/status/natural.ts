/** The order that people expect of names with numbers in them: `mysql/2` before `mysql/10`. */
import { byText } from "#base/order.ts";

const digitsMax = 20;

export function sortNaturally<T>(items: readonly T[], toName: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, key: toKey(toName(item)) }))
    .sort((a, b) => byText(a.key, b.key))
    .map(({ item }) => item);
}

/** A map's entries, in the order of their names. */
export function sortEntries<T>(map: Readonly<Record<string, T>>): [name: string, value: T][] {
  return sortNaturally(Object.entries(map), ([name]) => name);
}

/** With every number as long as any other, the order of the letters is that of the numbers. */
function toKey(name: string): string {
  return name.replace(/\d+/g, (digits) => digits.padStart(digitsMax, "0"));
}
