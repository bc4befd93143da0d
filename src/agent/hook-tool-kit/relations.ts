/** Relations as the arguments of hook tools name them: `7`, or `db:7`, where the number counts. */

import { Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import type { HookContext, HookRelation } from "../hook-context.ts";
import { option } from "./hook-tool.ts";

/** The hook's own relation, unless another is named. */
export const relationOption = option("The relation, as its id or as ENDPOINT:ID.", {
  short: "r",
  default: (hook) => {
    const relation = findHookRelation(hook);
    return relation ? formatRelationId(relation) : "";
  },
  check: (text, hook) => {
    const id = parseRelationId(text);
    if (id === undefined) return "invalid relation id";
    return findRelation(hook, id) ? undefined : "relation not found";
  },
});

/** The relation that the hook is about. */
export function findHookRelation(hook: HookContext): HookRelation | undefined {
  return hook.relation && findRelation(hook, hook.relation.id);
}

/** Throws a `UsageError` when none is named and the hook is about none. */
export function getRelation(hook: HookContext, text: string | undefined): HookRelation {
  if (!text) throw new UsageError("no relation id specified");
  const relation = findRelation(hook, parseRelationId(text));
  if (!relation) throw new Problem("not found", "relation not found");
  return relation;
}

/** Relation ids as charms see them: each side has its own endpoint's name before the number. */
export function formatRelationId({ endpoint, id }: HookRelation): string {
  return `${endpoint}:${id}`;
}

function findRelation(hook: HookContext, id: number | undefined): HookRelation | undefined {
  return hook.relations().find((relation) => relation.id === id);
}

function parseRelationId(text: string): number | undefined {
  const [, digits] = /^(?:.*:)?(\d+)$/s.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
