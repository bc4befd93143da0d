/** What somebody may have meant who wrote the name of no command. */
import { UsageError } from "#base/usage.ts";
import { aliases, commandNames } from "./names.ts";

/** More letters than these are another word, and not a slip. */
const slipsMax = 2;

/** What Juju's users know that asks a charm store, and what to do without one. */
const ofStore: ReadonlyMap<string, string> = new Map([
  ...["charm-resources", "list-charm-resources"].map(
    (name) => [name, `"jumar resources" shows those of an application`] as const,
  ),
  ...["download", "find", "info"].map(
    (name) => [name, 'charms on this host are deployed, as in "jumar deploy ./greeter"'] as const,
  ),
]);

export function unknownCommand(given: string): UsageError {
  const instead = ofStore.get(given);
  if (instead !== undefined) {
    return new UsageError(`"${given}" asks a charm store, and there is none yet: ${instead}`);
  }
  const names = [...commandNames, ...Object.keys(aliases)];
  const [nearest] = names
    .map((name) => ({ name, slips: distance(given, name) }))
    .filter(({ name, slips }) => slips <= slipsMax || name.startsWith(`${given}-`))
    .toSorted((a, b) => a.slips - b.slips);
  const hint = nearest === undefined ? "" : ` Did you mean "${nearest.name}"?`;
  return new UsageError(`"${given}" is not a jumar command.${hint} See "jumar help commands".`);
}

/** How many letters have to be put in, taken out or changed to make the one of the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [line, letter] of Array.from(from).entries()) {
    let diagonal = row[0] ?? 0;
    row = row.map((above, at) => {
      if (at === 0) return line + 1;
      const changed = diagonal + (letter === to[at - 1] ? 0 : 1);
      diagonal = above;
      return Math.min(above + 1, changed);
    });
    for (let at = 1; at < row.length; at++) {
      row[at] = Math.min(row[at] ?? 0, (row[at - 1] ?? 0) + 1);
    }
  }
  return row.at(-1) ?? 0;
}
