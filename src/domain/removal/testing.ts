/** What tests of removals look at. */
import type { Store } from "#store/store.ts";
import * as application from "../application/application.ts";
import * as machine from "../machine/machine.ts";
import * as relation from "../relation/relation.ts";
import * as unit from "../unit/unit.ts";

/** The lives of everything in the model. */
export function livesOf(store: Store): Promise<Readonly<Record<string, string>>> {
  return store.read("prod", async (tx) =>
    Object.fromEntries([
      ...(await application.list(tx)).map(({ name, life }) => [name, life]),
      ...(await unit.list(tx)).map(({ name, life }) => [name, life]),
      ...(await relation.list(tx)).map(({ id, life }) => [`relation ${id}`, life]),
      ...(await machine.list(tx)).map(({ id, life }) => [`machine ${id}`, life]),
    ]),
  );
}
