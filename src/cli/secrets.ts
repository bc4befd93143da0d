/** Secrets, as commands name them, read what they are to hold, and show them. */
import { readFile, stat } from "node:fs/promises";
import { isMissing } from "#base/files.ts";
import { Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import { findSecretId, formatSecretUri } from "#charm/secret.ts";
import {
  decodeSecret,
  readSecretContent,
  type SecretContent,
  secretBytesMax,
} from "#charm/secret-content.ts";
import type { ListedSecret } from "#contract/secrets.ts";
import { parseTag } from "#contract/tags.ts";
import { parseCommaList } from "./comma-list.ts";
import { readBounded } from "./key-values.ts";

/** What a command calls a secret: its URI, its id, or its name. */
export function toNamed(word: string): { readonly uri: string; readonly label: string } {
  const id = findSecretId(word);
  return id === undefined ? { uri: "", label: word } : { uri: formatSecretUri(id), label: "" };
}

/** What was given as words and in a file; empty if nothing was. Throws a `UsageError` or `not valid`. */
export async function readContent(
  words: readonly string[],
  file: string | undefined,
): Promise<SecretContent> {
  const yaml = file === undefined ? "" : await readBounded(file);
  return readSecretContent({ words, yaml }, readValue);
}

async function readValue(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size <= secretBytesMax) return await readFile(path);
  } catch (error) {
    if (isMissing(error)) throw new Problem("not found", `there is no file "${path}"`);
    throw error;
  }
  throw new Problem("not valid", `"${path}" is longer than ${secretBytesMax} bytes`);
}

/** As in `mysql,wordpress`. */
export function parseApplications(words: string): readonly string[] {
  const names = parseCommaList(words);
  if (names.length === 0) throw new UsageError("no application specified");
  return names;
}

/** Throws the first of what went wrong. */
export function refuseErrors(
  results: readonly { readonly error?: { readonly message: string } | undefined }[],
): void {
  const messages = results.flatMap(({ error }) => (error ? [error.message] : []));
  if (messages.length > 0) throw new Problem("bad request", messages.join("\n"));
}

/** The document that commands print of secrets, by their ids. */
export function toDocument(
  secrets: readonly ListedSecret[],
  { hasRevisions }: { readonly hasRevisions: boolean },
): Record<string, object> {
  return Object.fromEntries(
    secrets.map((secret) => [
      findSecretId(secret.uri) ?? secret.uri,
      without(describe(secret, hasRevisions)),
    ]),
  );
}

function describe(secret: ListedSecret, hasRevisions: boolean) {
  const owner = ownerOf(secret);
  const isOfUsers = owner === ofModel;
  return {
    revision: secret["latest-revision"],
    checksum: secret["latest-revision-checksum"],
    expires: toTime(secret["latest-expire-time"]),
    rotation: secret["rotate-policy"],
    rotates: toTime(secret["next-rotate-time"]),
    owner,
    description: secret.description,
    name: isOfUsers ? secret.label : undefined,
    label: isOfUsers ? undefined : secret.label,
    created: toTime(secret["create-time"]),
    updated: toTime(secret["update-time"]),
    error: secret.value?.error?.message,
    content: secret.value?.data && decodeSecret(secret.value.data),
    revisions: hasRevisions ? secret.revisions.map(describeRevision) : undefined,
    access: secret.access?.map(describeAccess),
  };
}

function describeRevision(revision: ListedSecret["revisions"][number]) {
  return without({
    revision: revision.revision,
    backend: revision["backend-name"],
    created: toTime(revision["create-time"]),
    updated: toTime(revision["update-time"]),
    expires: toTime(revision["expire-time"]),
  });
}

function describeAccess(access: NonNullable<ListedSecret["access"]>[number]) {
  const { "target-tag": target, "scope-tag": scope, role } = access;
  return { target, scope, role };
}

export const ofModel = "<model>";

/** As in `mysql` or `mysql/0`; `<model>` for what users keep. */
export function ownerOf({ "owner-tag": tag }: ListedSecret): string {
  const { kind, id } = parseTag(tag);
  return kind === "model" ? ofModel : id;
}

/** To the second, in UTC. */
function toTime(time: string | undefined): string | undefined {
  return time && Temporal.Instant.from(time).toString({ smallestUnit: "second" });
}

function without(record: Readonly<Record<string, unknown>>): object {
  const given = Object.entries(record).filter(([, value]) => value !== undefined && value !== "");
  return Object.fromEntries(given);
}

/** Programs that read JSON expect what a secret holds one level deeper. */
export function withDeepContent(document: Readonly<Record<string, object>>): object {
  return Object.fromEntries(
    Object.entries(document).map(([id, secret]) => [
      id,
      "content" in secret ? { ...secret, content: { Data: secret.content } } : secret,
    ]),
  );
}
