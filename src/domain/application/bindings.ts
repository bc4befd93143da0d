/**
 * Bindings: in which space each endpoint of an application is.
 *
 * A cloud without networks of its own has one space, where everything is. So all that somebody can
 * ask for is what is so anyway.
 */
import { Problem } from "#base/problem.ts";
import type { Charm } from "#charm/charm.ts";
import { endpointsOf } from "#charm/metadata.ts";
import type { ReadTransaction } from "#store/database.ts";
import * as charm from "../charm/charm.ts";

/** The space for each endpoint; under an empty name, for those that are not named. */
export type Bindings = Readonly<Record<string, string>>;

const onlySpace = "alpha";

/** Where the application's endpoints and extra bindings are. */
export function bindingsOf({ metadata }: Charm): Bindings {
  const names = ["", ...endpointsOf(metadata).keys(), ...metadata.extraBindings];
  return Object.fromEntries(names.map((name) => [name, onlySpace]));
}

/** Throws `not found` for an endpoint that the charm does not have, and for another space. */
export async function checkBindings(
  tx: ReadTransaction,
  { charm: url, bindings }: { readonly charm: string; readonly bindings: Bindings },
): Promise<void> {
  const { content } = await charm.get(tx, url);
  checkEndpoints(content, Object.keys(bindings));
  checkSpaces(Object.values(bindings).filter((space) => space !== ""));
}

/** Throws `not found`. An empty name stands for every endpoint. */
export function checkEndpoints(content: Charm, names: readonly string[]): void {
  const known = bindingsOf(content);
  const stray = names.find((name) => !Object.hasOwn(known, name));
  if (stray !== undefined) throw new Problem("not found", `endpoint "${stray}" not found`);
}

/** Throws `not found`. */
export function checkSpaces(names: readonly string[]): void {
  const stray = names.find((name) => name !== onlySpace);
  if (stray === undefined) return;
  const reason = `the only space of this cloud is "${onlySpace}"`;
  throw new Problem("not found", `space "${stray}" not found: ${reason}`);
}
