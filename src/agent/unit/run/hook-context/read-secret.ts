/** How a hook reads secrets: what it has written itself, and what the controller has. */
import { isProblem, Problem } from "#base/problem.ts";
import type { SecretContent } from "#charm/secret-content.ts";
import type { ManagedSecret, SecretFound } from "#contract/unit-agent.ts";
import type { SecretContext } from "../../../hook-context.ts";
import * as pending from "../pending-secrets.ts";
import type { HookSubject, Seen } from "./subject.ts";

/** What the controller takes for the revision that is asked for: what the unit reads, or the latest. */
const presentOne = 0;
const latestOne = -1;

type Asked = Parameters<SecretContext["secretContent"]>[0];

/**
 * What the hook has written itself it reads at once if it is new, or if it asks for the latest. That
 * it reads something is written down like all it does.
 */
export async function readSecret(
  subject: HookSubject,
  seen: Seen,
  asked: Asked,
): Promise<SecretContent> {
  const id = asked.id ?? (await findLabelled(subject, seen, asked));
  const own = pending.findVisible(writesOf(subject), id, asked);
  if (own === undefined) {
    const found = await fetchContent(subject, seen, { ...asked, id });
    await noteRead(subject, seen, { found, asked });
    return found.content;
  }
  const { changes } = subject;
  if (asked.id && asked.label) await label(subject, seen, { id, label: asked.label });
  if (asked.isRefresh) {
    await changes.setSecrets(pending.withConsume(writesOf(subject), id, pending.latest));
  }
  return own;
}

function writesOf({ changes }: HookSubject): pending.Writes {
  return changes.all.secrets;
}

/** A secret that the unit may change, or that it calls so, perhaps since the hook began. */
async function findLabelled(subject: HookSubject, seen: Seen, asked: Asked): Promise<string> {
  const { label: called = "" } = asked;
  const own = (await listSecrets(subject, seen)).find((each) => each.label === called);
  const known = own?.id ?? pending.findCalled(writesOf(subject), called);
  return known ?? (await fetchContent(subject, seen, asked)).id;
}

/** However often the hook asks, it gets the same. */
async function fetchContent(
  subject: HookSubject,
  { contents }: Seen,
  { id = "", label: called = "", isRefresh, isPeek }: Asked,
): Promise<SecretFound> {
  const chosen = pending.findConsume(writesOf(subject), id)?.revision ?? presentOne;
  const revision = isRefresh || isPeek ? latestOne : chosen;
  const key = `${id || called} ${revision}`;
  const asked = { id, label: called, revision };
  const fetching = contents.get(key) ?? subject.controller.secretContent(asked);
  contents.set(key, fetching);
  const found = await fetching;
  for (const each of [revision, found.revision]) contents.set(`${found.id} ${each}`, fetching);
  return found;
}

interface Read {
  readonly found: SecretFound;
  readonly asked: Asked;
}

/** What the unit reads from now on, and what it calls it. */
async function noteRead(subject: HookSubject, seen: Seen, read: Read): Promise<void> {
  const { found, asked } = read;
  const { id, revision, reads } = found;
  const called = await nameAnew(subject, seen, read);
  if (called === undefined && (asked.isPeek || revision === reads)) return;
  const consume = { revision: asked.isPeek && reads > 0 ? reads : revision, label: called };
  await subject.changes.setSecrets(pending.withConsume(writesOf(subject), id, consume));
}

/** What the unit calls it from now on, if that is new; its own it calls what its owner does. */
async function nameAnew(
  subject: HookSubject,
  seen: Seen,
  { found: { id, label: present }, asked }: Read,
): Promise<string | undefined> {
  const called = asked.id ? asked.label : undefined;
  if (!called) return undefined;
  const isOwn = (await listSecrets(subject, seen)).some((each) => each.id === id);
  if (isOwn) await label(subject, seen, { id, label: called });
  if (isOwn || called === present) return undefined;
  await refuseCalled(subject, id, called);
  return called;
}

/** Throws `already exists` for what the unit calls another secret. */
async function refuseCalled(subject: HookSubject, id: string, called: string): Promise<void> {
  const other =
    pending.findCalled(writesOf(subject), called) ?? (await findCalled(subject, called))?.id;
  if (other !== undefined && other !== id) throw taken(called);
}

/** One that it may not read any more it still calls so. */
async function findCalled({ controller }: HookSubject, called: string) {
  try {
    return await controller.secretContent({ id: "", label: called, revision: presentOne });
  } catch (error) {
    if (isProblem(error, "not found")) return undefined;
    throw isProblem(error, "unauthorized access") ? taken(called) : error;
  }
}

function taken(called: string): Problem {
  return new Problem("already exists", `secret with label "${called}" already exists`);
}

async function label(
  subject: HookSubject,
  seen: Seen,
  called: { readonly id: string; readonly label: string },
): Promise<void> {
  await refuseTaken(subject, seen, called);
  const change = { label: called.label };
  await subject.changes.setSecrets(pending.withUpdate(writesOf(subject), called.id, change));
}

/** The secrets that the unit may change, with what the hook has written. */
export async function listSecrets(
  { controller, changes }: HookSubject,
  seen: Seen,
): Promise<readonly ManagedSecret[]> {
  seen.secrets ??= controller.secrets();
  return pending.overlay(await seen.secrets, changes.all.secrets);
}

/** Throws `already exists` for a label that another of them has. */
export async function refuseTaken(
  subject: HookSubject,
  seen: Seen,
  { label: called, id }: { readonly label: string | undefined; readonly id?: string },
): Promise<void> {
  if (!called) return;
  const others = (await listSecrets(subject, seen)).filter((each) => each.id !== id);
  if (others.some((each) => each.label === called)) throw taken(called);
}
