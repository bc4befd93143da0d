/** Documents without what is empty, as Juju's clients print them. */

type Present<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Without what is empty: texts, lists and maps. Numbers and flags stay. */
export function present<T extends object>(fields: T): Present<T> {
  const entries = Object.entries(fields).filter(([, value]) => !isEmpty(value));
  return Object.fromEntries(entries) as Present<T>;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === "") return true;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
