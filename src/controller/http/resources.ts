/** Resources over HTTPS: files in, for applications, and out again, to people and to units. */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { basename, extname } from "node:path/posix";
import { pipeline } from "node:stream/promises";
import { Problem } from "#base/problem.ts";
import { attach } from "#domain/resource/attach.ts";
import type { Content } from "#domain/resource/content.ts";
import * as pending from "#domain/resource/pending.ts";
import * as resource from "#domain/resource/resource.ts";
import * as unit from "#domain/unit/unit.ts";
import * as blobs from "#store/blobs.ts";
import type { ReadTransaction } from "#store/database.ts";
import { read, userOf, write } from "../session.ts";
import { toWireResource } from "../wire-resource.ts";
import { answerJson, bodyOf, type Exchange, requireContentType } from "./exchange.ts";

const contentType = "application/octet-stream";

/** To whoever may read the model. */
export async function downloadResource(exchange: Exchange): Promise<void> {
  const { name = "", application = "" } = exchange.parts;
  await send(exchange, (tx) => resource.get(tx, name, { application }));
}

/** To the machine that the unit is on. */
export async function downloadUnitResource(exchange: Exchange): Promise<void> {
  const { name = "", unit: by = "" } = exchange.parts;
  await send(exchange, async (tx) => {
    const { application } = await unit.get(tx, by);
    return resource.get(tx, name, { application });
  });
}

async function send(
  { session, response }: Exchange,
  find: (tx: ReadTransaction) => Promise<resource.DescribedResource>,
): Promise<void> {
  const found = await read(session, find);
  const { sha256, sha384, size } = resource.contentOf(found);
  response.writeHead(200, {
    ...{ "Content-Type": contentType, "Content-Length": size, "Content-Sha384": sha384 },
    "Content-Disposition": `attachment; filename*=UTF-8''${encodeURIComponent(found.path)}`,
  });
  await pipeline(blobs.read(session.services.store, sha256), response);
}

/**
 * With `pendingid`, for a deployment or an upgrade that is to follow; without, for an application
 * that is there, whose units then run `upgrade-charm`.
 */
export async function uploadResource(exchange: Exchange): Promise<void> {
  const { session, request, response, parts, query } = exchange;
  const { name = "", application = "" } = parts;
  requireContentType(request, contentType);
  const id = query.get("pendingid") ?? "";
  const named = { id, application, name };
  const { path } = await read(session, async (tx) =>
    id === "" ? resource.get(tx, name, { application }) : pending.get(tx, named),
  );
  checkExtension(fileNameIn(request), path);
  const content = await receive(exchange);
  const now = session.services.clock.now();
  const stored = await write(session, async (tx) => {
    if (id === "") return attach(tx, { application, name, content, now });
    await pending.put(tx, named, content);
    return { application, name, type: "file" as const, path, description: "", content };
  });
  answerJson(response, { resource: { ...toWireResource(stored), "pending-id": id } });
}

/** Streams the body into a blob. Throws `not valid` when it is not what its header promised. */
async function receive({ session, bounds, request }: Exchange): Promise<Content> {
  const { store, clock } = session.services;
  const bytesMax = bounds.resourceBytesMax;
  const hash = createHash("sha384");
  async function* measured() {
    for await (const bytes of bodyOf(request, { what: "resource", bytesMax })) {
      hash.update(bytes);
      yield bytes;
    }
  }
  const now = clock.now();
  const { sha256, size } = await blobs.put(store, measured(), { bytesMax, now });
  const sha384 = hash.digest("hex");
  const promised = request.headers["content-sha384"];
  if (promised !== undefined && String(promised).toLowerCase() !== sha384) {
    const message = `resource does not have the fingerprint ${promised}: it is ${sha384}`;
    throw new Problem("not valid", message);
  }
  return { sha256, sha384, size, username: userOf(session), uploaded: now.toString() };
}

/** The name that the client gives the file, without its folders; empty when it gives none. */
function fileNameIn({ headers }: IncomingMessage): string {
  const disposition = headers["content-disposition"] ?? "";
  const [, quoted, plain = ""] =
    /;\s*filename=(?:"((?:\\.|[^"\\])*)"|([^;]*))/i.exec(disposition) ?? [];
  return basename((quoted?.replaceAll(/\\(.)/g, "$1") ?? plain).trim());
}

/** Throws `not valid`, with Juju's text, for a file of another kind than the charm expects; of an image it expects none. */
function checkExtension(file: string, path: string): void {
  const expected = extname(path);
  if (file === "" || path === "" || extname(file) === expected) return;
  const message = `incorrect extension on resource upload "${file}", expected "${expected}"`;
  throw new Problem("not valid", message);
}
