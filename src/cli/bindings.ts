/** Bindings as they are given on a command line: `db=alpha web=alpha`, or `alpha` for all others. */
import { UsageError } from "#base/usage.ts";

/** The space for each endpoint, under an empty name for those that are not named. */
export function parseBindings(text: string): Readonly<Record<string, string>> {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const pairs = words.map(parseBinding);
  if (pairs.filter(([endpoint]) => endpoint === "").length > 1) {
    throw new UsageError("multiple declarations of the default binding");
  }
  return Object.fromEntries(pairs);
}

function parseBinding(word: string): [endpoint: string, space: string] {
  const [first = "", second, ...rest] = word.split("=");
  if (first === "" || second === "" || rest.length > 0) {
    throw new UsageError(
      `invalid binding "${word}": must be in the form endpoint=space, or a space alone`,
    );
  }
  return second === undefined ? ["", first] : [first, second];
}
