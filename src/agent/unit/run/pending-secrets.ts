/**
 * What a hook has written about secrets, and how its tools see it before it counts.
 *
 * A hook makes one new revision of a secret at most: what it sets later replaces what it set before.
 */
import type { ManagedSecret, SecretWrite } from "#contract/unit-agent.ts";

export type Writes = readonly SecretWrite[];

/** What is written of a secret that there is, or that the hook has made itself. */
export function withUpdate(
  writes: Writes,
  id: string,
  change: Omit<SecretWrite, "kind" | "id">,
): Writes {
  const isOf = ({ kind, id: of }: SecretWrite) =>
    of === id && (kind === "create" || kind === "update");
  if (!writes.some(isOf)) return [...writes, { kind: "update", id, ...change }];
  return writes.map((each) => (isOf(each) ? { ...each, ...change } : each));
}

/** What the unit reads from now on. */
export function withConsume(
  writes: Writes,
  id: string,
  { revision, label }: { readonly revision: number; readonly label: string | undefined },
): Writes {
  const isOf = (each: SecretWrite) => each.kind === "consume" && each.id === id;
  const called = label ?? writes.find(isOf)?.label;
  const consume = { kind: "consume", id, revision, ...(called ? { label: called } : {}) };
  return [...writes.filter((each) => !isOf(each)), consume];
}

/** For `withConsume`: what is read is the latest, with what the hook has written itself. */
export const latest = { revision: 0, label: undefined };

/** What the hook has written of the secret, unless it goes on reading an earlier revision. */
export function findVisible(
  writes: Writes,
  id: string,
  { isRefresh, isPeek }: { readonly isRefresh: boolean; readonly isPeek: boolean },
): SecretWrite["content"] {
  const written = writes.find((each) => each.id === id && each.content !== undefined);
  const isNew = written?.kind === "create";
  const isFollowed = findConsume(writes, id)?.revision === latest.revision;
  return isNew || isRefresh || isPeek || isFollowed ? written?.content : undefined;
}

export function findConsume(writes: Writes, id: string): SecretWrite | undefined {
  return writes.find((each) => each.kind === "consume" && each.id === id);
}

/** What the unit calls so since the hook began. */
export function findCalled(writes: Writes, label: string): string | undefined {
  return writes.find((each) => each.kind === "consume" && each.label === label)?.id;
}

/** The secrets as they will be when the hook has succeeded, but for what it has granted. */
export function overlay(known: readonly ManagedSecret[], writes: Writes): ManagedSecret[] {
  const made = writes.filter(({ kind }) => kind === "create").map(toManaged);
  const all = [...known, ...made].map((secret) => {
    const update = writes.find(({ kind, id }) => kind === "update" && id === secret.id);
    return update ? changed(secret, update) : secret;
  });
  return all
    .map((secret) => withoutRevisions(secret, writes))
    .filter(({ id, revisions }) => revisions?.length !== 0 && !isRemoved(writes, id));
}

function isRemoved(writes: Writes, id: string): boolean {
  return writes.some((each) => each.kind === "remove" && each.id === id && !each.revision);
}

/** Without those that the hook has removed one by one; with the last of them the secret is gone. */
function withoutRevisions(secret: ManagedSecret, writes: Writes): ManagedSecret {
  const { id, revisions } = secret;
  const removed = writes.filter((each) => each.kind === "remove" && each.id === id);
  if (revisions === undefined || removed.length === 0) return secret;
  const isLeft = (revision: number) => removed.every((each) => each.revision !== revision);
  return { ...secret, revisions: revisions.filter(isLeft) };
}

function toManaged(write: SecretWrite): ManagedSecret {
  const { id, owner = "", label = "", description = "", rotation = "", expires = "" } = write;
  const rest = { rotation: rotation || "never", rotates: "", expires, access: [] };
  return { id, owner, label, description, revision: 1, revisions: [1], ...rest };
}

function changed(secret: ManagedSecret, update: SecretWrite): ManagedSecret {
  const { label = secret.label, description = secret.description } = update;
  const { rotation = secret.rotation, content } = update;
  const expires = update.expires ?? (content === undefined ? secret.expires : "");
  const revision = secret.revision + (content === undefined ? 0 : 1);
  const isNew = revision > secret.revision;
  const revisions = isNew ? secret.revisions?.concat(revision) : secret.revisions;
  return { ...secret, label, description, rotation, expires, revision, ...{ revisions } };
}
