/** What suspend-relation and resume-relation share. */
import { UsageError } from "#base/usage.ts";
import { Application } from "#contract/application.ts";
import { parseCommaList } from "./comma-list.ts";
import type { Context } from "./command.ts";

/** As in `7 9` or `7,9`. Throws a `UsageError` with Juju's texts. */
export function parseRelationIds(words: readonly string[]): readonly number[] {
  const texts = words.flatMap(parseCommaList);
  if (texts.length === 0) throw new UsageError("no relation ids specified");
  return texts.map((text) => parseRelationId(text) ?? refuse(text));
}

/** Undefined for what is no number. */
export function parseRelationId(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function refuse(text: string): never {
  throw new UsageError(`relation ID "${text}" not valid`);
}

interface Wish {
  readonly suspended: boolean;
  readonly message: string;
}

/** All that can be; throws the first refusal when the others are done. */
export async function setSuspended(
  context: Context,
  ids: readonly number[],
  wish: Wish,
): Promise<void> {
  await using connection = await context.connectModel();
  const facade = connection.facade(Application);
  const outcomes = await Promise.allSettled(
    ids.map((id) => facade.SetRelationsSuspended({ "relation-id": id, ...wish })),
  );
  const refused = outcomes.find(({ status }) => status === "rejected");
  if (refused?.status === "rejected") throw refused.reason;
}
