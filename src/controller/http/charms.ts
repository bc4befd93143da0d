/** Charms over HTTPS: archives in, and out again. */
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Problem } from "#base/problem.ts";
import { type Archive, openArchive } from "#charm/archive.ts";
import * as charm from "#domain/charm/charm.ts";
import * as model from "#domain/model/model.ts";
import * as blobs from "#store/blobs.ts";
import { scopeOf } from "../session.ts";
import { answerJson, bodyOf, type Exchange, requireContentType, required } from "./exchange.ts";

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
export async function uploadCharm(exchange: Exchange): Promise<void> {
  const { session, bounds, request, response } = exchange;
  const { store, clock } = session.services;
  const uuid = scopeOf(session);
  await store.read(uuid, model.getAlive);
  requireContentType(request, contentType);
  await using scratch = await mkdtempDisposable(join(tmpdir(), "jumar-charm-"));
  const path = join(scratch.path, "charm.zip");
  const bytesMax = bounds.charmBytesMax;
  const body = bodyOf(request, { what: "charm", bytesMax });
  await pipeline(body, createWriteStream(path, { mode: 0o600 }));
  await using archive: Archive = await openArchive(path);
  await archive.verify();
  const upload = { bytesMax, now: clock.now() };
  const { sha256, size } = await blobs.put(store, createReadStream(path), upload);
  const content = archive.charm;
  const url = await store.write(uuid, (tx) =>
    charm.addLocal(tx, { content, sha256, size, now: upload.now }),
  );
  response.setHeader("Juju-Curl", url);
  answerJson(response, { "charm-url": url });
}
