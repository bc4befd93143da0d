/** Gives a model a charm that lies in a folder or an archive of this host. */
import { mkdtempDisposable, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMissing } from "#base/files.ts";
import { isProblem, Problem } from "#base/problem.ts";
import { openArchive } from "#charm/archive.ts";
import type { Charm } from "#charm/charm.ts";
import { packFolder } from "#charm/pack.ts";
import { parseCharmUrl } from "#charm/url.ts";
import type { Connection } from "#client/connection.ts";
import { upload } from "#client/transfer.ts";
import type { Context, NamedModel } from "./command.ts";
import { peerOf } from "./peer.ts";
import { showTransfer } from "./transfer-progress.ts";

export interface UploadedCharm {
  readonly url: string;
  readonly name: string;
  readonly revision: number;
  readonly isSubordinate: boolean;
  readonly content: Charm;
}

interface Source {
  readonly path: string;
  /** May refuse the charm before it is sent. */
  check(charm: Charm): Promise<void>;
}

export interface Destination {
  readonly model: NamedModel;
  readonly connection: Connection;
}

/** Whether it is a path, and not the name of a charm in a store. */
export function isPath(text: string): boolean {
  return /^(?:\.{0,2}\/|~)/.test(text) || text === "." || text === ".." || text.endsWith(".charm");
}

/**
 * Packs a folder first; what is refused here is not sent. Throws `not found` when there is nothing
 * at the path, and what packing and the controller refuse.
 */
export async function uploadCharm(
  context: Context,
  { path, check }: Source,
  { model, connection }: Destination,
): Promise<UploadedCharm> {
  const { out, signal } = context;
  await using scratch = await mkdtempDisposable(join(tmpdir(), "jumar-charm-"));
  const { file, charm } = await naming(path, async () => {
    const archive = await toArchive(context, path, join(scratch.path, "charm.zip"));
    return { file: archive, charm: await readArchive(archive) };
  });
  await check(charm);
  const { name, subordinate: isSubordinate } = charm.metadata;
  const peer = await peerOf(context, { controller: model.controller, connection });
  context.ifInterrupted("Nothing was changed.");
  const progress = showTransfer(out, `Uploading charm "${name}"`, (await stat(file)).size);
  const headers = { "Content-Type": "application/zip" };
  const transfer = { path: `/model/${model.uuid}/charms`, file, progress, headers };
  const answer = await upload(peer, transfer, signal);
  out.settle();
  context.ifInterrupted('What was asked for may be under way; "jumar status" shows it.');
  const { "charm-url": url = "" } = answer as { readonly "charm-url"?: string };
  const revision = parseCharmUrl(url).revision ?? 0;
  return { url, name, revision, isSubordinate, content: charm };
}

/** Says of what is wrong with a charm which one it is. */
async function naming<T>(path: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (!isProblem(error, "not valid")) throw error;
    const message = `cannot use the charm at "${path}": ${error.message}`;
    throw new Problem(error.code, message, { cause: error });
  }
}

async function toArchive({ out }: Context, path: string, scratch: string): Promise<string> {
  const there = await stat(path).catch((error: unknown) => {
    if (isMissing(error)) throw new Problem("not found", `no charm found at "${path}"`);
    throw error;
  });
  if (!there.isDirectory()) return path;
  out.progress(`Packing ${path}`);
  await packFolder(path, scratch);
  return scratch;
}

async function readArchive(file: string): Promise<Charm> {
  await using archive = await openArchive(file);
  await archive.verify();
  return archive.charm;
}
