/** Charms over HTTPS: archives in, and out again. */
import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Problem } from "#base/problem.ts";
import { type Archive, openArchive } from "#charm/archive.ts";
import { archiveBytesMax } from "#charm/bounds.ts";
import * as charm from "#domain/charm/charm.ts";
import * as model from "#domain/model/model.ts";
import * as blobs from "#store/blobs.ts";
import { scopeOf } from "../session.ts";
import { answerJson, type Exchange, required } from "./exchange.ts";

const contentType = "application/zip";

export async function downloadCharm({ session, response, query }: Exchange): Promise<void> {
  const { store } = session.services;
  const url = required(query, "url");
  const file = query.get("file") ?? "*";
  if (file !== "*") throw new Problem("not supported", `only whole charms are sent, not "${file}"`);
  const { sha256, size } = await store.read(scopeOf(session), (tx) => charm.get(tx, url));
  response.writeHead(200, { "Content-Type": contentType, "Content-Length": size });
  await pipeline(blobs.read(store, sha256), response);
}

/** The archive is checked as a whole before anything of it is kept. */
export async function uploadCharm({ session, request, response }: Exchange): Promise<void> {
  const { store, clock } = session.services;
  const uuid = scopeOf(session);
  await store.read(uuid, model.getAlive);
  if (request.headers["content-type"] !== contentType) {
    const got = request.headers["content-type"] ?? "";
    throw new Problem("bad request", `expected Content-Type: ${contentType}, got: ${got}`);
  }
  await using scratch = await mkdtempDisposable(join(tmpdir(), "jumar-charm-"));
  const path = join(scratch.path, "charm.zip");
  await receive(request, path);
  await using archive: Archive = await openArchive(path);
  const upload = { bytesMax: archiveBytesMax, now: clock.now() };
  const { sha256, size } = await blobs.put(store, createReadStream(path), upload);
  const content = archive.charm;
  const url = await store.write(uuid, (tx) => charm.addLocal(tx, { content, sha256, size }));
  response.setHeader("Juju-Curl", url);
  answerJson(response, { "charm-url": url });
}

async function receive(request: Exchange["request"], path: string): Promise<void> {
  const file = createWriteStream(path, { mode: 0o600 });
  let received = 0;
  for await (const bytes of request as AsyncIterable<Uint8Array>) {
    received += bytes.length;
    if (received > archiveBytesMax) {
      file.destroy();
      throw new Problem("quota limit exceeded", `charm is larger than ${archiveBytesMax} bytes`);
    }
    if (!file.write(bytes)) await once(file, "drain");
  }
  file.end();
  await once(file, "close");
}
