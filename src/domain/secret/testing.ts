/** Secrets without a key: their seals show what they hold. */
import type { Chance } from "#base/testing.ts";
import type { ReadTransaction } from "#store/database.ts";
import * as relation from "../relation/relation.ts";
import type { Unit } from "../unit/unit.ts";
import type { Content } from "./revision.ts";
import * as secret from "./secret.ts";
import type { Write } from "./write.ts";

export function contentOf(text: string): Content {
  return { fingerprint: `print of ${text}`, seal: (revision) => `${revision}: ${text}` };
}

const idLength = 20;

/** An id that is read as `name`. */
export function idOf(name: string): string {
  return name.padEnd(idLength, "0");
}

/** What a hook may write about secrets, if anything, whether or not it may. */
export async function writeByChance(
  tx: ReadTransaction,
  chance: Chance,
  { name }: Unit,
): Promise<readonly Write[]> {
  if (chance.flip()) return [];
  const ids = [...(await secret.list(tx)).map(({ id }) => id), idOf(`s${chance.below(4)}`)];
  const id = chance.pick(ids);
  const relations = (await relation.list(tx)).map((each) => each.id);
  const text = `${chance.below(3)}`;
  const write = chance.pick<() => Write>([
    () => ({
      ...{ kind: "create", id, owner: chance.pick(["application", "unit"]) },
      ...{ content: contentOf(text), rotation: chance.pick(["never", "hourly"]), label: "" },
    }),
    () => ({ kind: "update", id, content: contentOf(text) }),
    () => ({ kind: "update", id, content: undefined, description: text, expires: "2026-02-01" }),
    () => ({ kind: "consume", id, revision: chance.below(2), label: undefined }),
    () => ({ kind: "grant", id, relation: chance.pick(relations), unit: "" }),
    () => ({ kind: "revoke", id, relation: undefined, application: "", unit: name }),
    () => ({ kind: "revoke", id, relation: chance.pick(relations), application: "", unit: "" }),
    () => ({ kind: "remove", id, revision: chance.below(3) }),
  ]);
  return [write()];
}
