/** Constraints that are kept although nothing here can meet them; whoever asks for one hears of it. */
import { type Constraints, wanted } from "#domain/constraints/constraints.ts";
import { heededConstraints } from "#providers/local/host.ts";
import type { Session } from "./session.ts";

/** Where every machine is as long as there is nowhere else. */
const onlySpace = "alpha";

/** What to add to an answer, and tells the log as well, as Juju does. */
export function findUnsupported(
  { services: { log } }: Session,
  constraints: Constraints,
): { unsupported?: string[] } {
  const names = Object.keys(wanted(withoutOnlySpace(constraints)));
  const unsupported = names.filter((name) => !heededConstraints.includes(name));
  if (unsupported.length === 0) return {};
  log.write("WARNING", `unsupported constraints: ${unsupported.join(",")}`);
  return { unsupported };
}

function withoutOnlySpace({ spaces, ...rest }: Constraints): Constraints {
  const others = Array.isArray(spaces) ? spaces.filter((space) => space !== onlySpace) : [];
  return { ...rest, spaces: others };
}
