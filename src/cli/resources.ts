/** Resources as they are given on a command line, `name=path`, and how they are sent. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import { isMissing } from "#base/files.ts";
import { Problem } from "#base/problem.ts";
import type { Charm } from "#charm/charm.ts";
import type { Resource } from "#charm/resource.ts";
import { upload } from "#client/transfer.ts";
import { Resources } from "#contract/resources.ts";
import { toTag } from "#contract/tags.ts";
import type { Context } from "./command.ts";
import { parseKeyValues } from "./key-values.ts";
import { peerOf } from "./peer.ts";
import { showTransfer } from "./transfer-progress.ts";
import type { Destination, UploadedCharm } from "./upload-charm.ts";

/** Files of this host, by the names of resources. */
export type GivenResources = Readonly<Record<string, string>>;

/** Throws a `UsageError`. */
export function parseResources(words: readonly string[]): GivenResources {
  return parseKeyValues(words);
}

/**
 * Throws, before anything is sent, for a file that the charm has no resource for, that is not there,
 * or that is of another kind than the charm expects; in Juju's words where it has some.
 */
export async function checkResources({ metadata }: Charm, given: GivenResources): Promise<void> {
  for (const [name, path] of Object.entries(given)) {
    const declared = Object.hasOwn(metadata.resources, name) ? metadata.resources[name] : undefined;
    if (declared === undefined) throw new Problem("not valid", `unrecognized resource "${name}"`);
    await checkFile(declared, path);
  }
}

/** Throws for a file that the application would be the first time without. */
export function refuseMissing(
  { metadata }: Charm,
  { given, known }: { readonly given: GivenResources; readonly known: readonly string[] },
): void {
  const missing = Object.values(metadata.resources).find(
    ({ name, type }) => type === "file" && !known.includes(name) && !Object.hasOwn(given, name),
  )?.name;
  if (missing === undefined) return;
  const message = `new resource "${missing}" was missing, please provide it via --resource`;
  throw new Problem("not valid", message);
}

async function checkFile(
  { name, type, path: expected }: Pick<Resource, "name" | "path"> & { readonly type: string },
  path: string,
): Promise<void> {
  refuseImage({ name, type });
  if (!(await isFile(path))) throw notThere(name, path);
  if (extname(path) === extname(expected)) return;
  const kinds = `expected "${extname(expected)}"`;
  const message = `incorrect extension on resource upload "${basename(path)}", ${kinds}`;
  throw new Problem("not valid", message);
}

function refuseImage({ name, type }: { readonly name: string; readonly type: string }): void {
  if (type === "file") return;
  const message = `resource "${name}" is of type "${type}", which machines cannot be given`;
  throw new Problem("not supported", message);
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** A bare number is a revision in a store, which has none for a charm of this host. */
function notThere(name: string, path: string): Problem {
  const message = /^\d+$/.test(path)
    ? `resource "${name}" revision not found, provide via --resource`
    : `file for resource "${name}" not found: there is no file "${path}"`;
  return new Problem("not found", message);
}

export interface ResourceTarget extends Destination {
  readonly application: string;
}

/** Uploads what was given for a deployment or an upgrade that follows; returns what takes it. */
export async function uploadPending(
  context: Context,
  { charm, given }: { readonly charm: UploadedCharm; readonly given: GivenResources },
  target: ResourceTarget,
): Promise<Readonly<Record<string, string>>> {
  const names = Object.keys(given);
  if (names.length === 0) return {};
  const { "pending-ids": ids } = await target.connection.facade(Resources).AddPendingResources({
    ...{ tag: toTag("application", target.application), url: charm.url },
    resources: names.map((name) => toWire(charm.content, name)),
  });
  for (const [at, name] of names.entries()) {
    const file = given[name] ?? "";
    await uploadResource(context, { name, file, pendingId: ids[at] ?? "" }, target);
  }
  return Object.fromEntries(names.map((name, at) => [name, ids[at] ?? ""]));
}

function toWire({ metadata }: Charm, name: string) {
  const { type = "file", path = "", description = "" } = metadata.resources[name] ?? {};
  const rest = { origin: "upload", revision: 0, fingerprint: "", size: 0 };
  return { name, type, path, description, ...rest };
}

interface Upload {
  readonly name: string;
  readonly file: string;
  /** Empty for an application that is there. */
  readonly pendingId: string;
}

/** Throws `not found` for a file that is not there, and what the controller says. */
export async function uploadResource(
  context: Context,
  { name, file, pendingId }: Upload,
  { application, model, connection }: ResourceTarget,
): Promise<void> {
  if (!(await isFile(file))) throw notThere(name, file);
  const { size } = await stat(file);
  const peer = await peerOf(context, { controller: model.controller, connection });
  const place = `/model/${model.uuid}/applications/${application}/resources/${encodeURIComponent(name)}`;
  const progress = showTransfer(context.out, `Uploading resource "${name}"`, size);
  const sending = {
    ...{ path: `${place}?pendingid=${pendingId}`, file, progress, method: "PUT" as const },
    headers: {
      "Content-Type": "application/octet-stream",
      "Content-Sha384": await fingerprintOf(file),
      "Content-Disposition": `form-data; filename="${toQuoted(basename(file))}"`,
    },
  };
  await upload(peer, sending, context.signal);
  context.out.settle();
}

/** What a header cannot hold is no matter here: only what follows the last dot is looked at. */
function toQuoted(name: string): string {
  return name.replaceAll(/[^\x20-\x7e]/g, "_").replaceAll(/["\\]/g, "\\$&");
}

async function fingerprintOf(file: string): Promise<string> {
  const hash = createHash("sha384");
  for await (const bytes of createReadStream(file)) hash.update(bytes);
  return hash.digest("hex");
}

/** The names of the resources that the application has. Throws `not found` without an application. */
export async function listKnown(target: ResourceTarget): Promise<string[]> {
  return (await listDeclared(target)).map(({ name }) => name);
}

/** As `checkResources`, for an application that is there. What its charm does not declare is for the controller to refuse. */
export async function checkAttached(
  target: ResourceTarget,
  { name, file }: { readonly name: string; readonly file: string },
): Promise<void> {
  const declared = (await listDeclared(target)).find((each) => each.name === name);
  if (declared) await checkFile(declared, file);
}

async function listDeclared({ connection, application }: ResourceTarget) {
  const tag = toTag("application", application);
  return (await connection.facade(Resources).ListResources({ tag })).resources;
}
