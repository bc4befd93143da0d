/** Charms over HTTPS: archives in, and out again, whole or a file of one. */
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { extname } from "node:path/posix";
import { pipeline } from "node:stream/promises";
import { Problem } from "#base/problem.ts";
import { type Archive, openArchive } from "#charm/archive.ts";
import * as charm from "#domain/charm/charm.ts";
import * as model from "#domain/model/model.ts";
import * as blobs from "#store/blobs.ts";
import { read, scopeOf, write } from "../session.ts";
import { answerJson, bodyOf, type Exchange, requireContentType, required } from "./exchange.ts";

const contentType = "application/zip";
const typeByExtension: Readonly<Record<string, string>> = {
  ".json": "application/json",
  ".md": "text/markdown; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".yaml": "text/plain; charset=utf-8",
};
const iconFile = "icon.svg";
/** For a charm that has none of its own. */
const plainIcon = `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96"><circle cx="48" cy="48" r="44" fill="#666"/></svg>`;

/** What of the charm, `file` says: `*` for its archive, or a path in it; without, what there is. */
export async function downloadCharm(exchange: Exchange): Promise<void> {
  const { session, response, query } = exchange;
  const url = required(query, "url");
  const found = await read(session, (tx) => charm.get(tx, url));
  const file = query.get("file") ?? "";
  if (file === "*") return sendArchive(exchange, found);
  const { store } = session.services;
  await using scratch = await mkdtempDisposable(join(tmpdir(), "jumar-charm-"));
  const path = join(scratch.path, "charm.zip");
  await pipeline(blobs.read(store, found.sha256), createWriteStream(path, { mode: 0o600 }));
  await using archive = await openArchive(path);
  const isIcon = file === "" && query.get("icon") === "1";
  if (file === "" && !isIcon) return answerJson(response, { files: archive.members });
  await sendFile(exchange, archive, isIcon ? iconFile : file);
}

/** Named by the charm's name and how the digest of its archive begins, as in `mysql-1a2b3c4`. */
export async function downloadCharmByHash(exchange: Exchange): Promise<void> {
  const { name = "" } = exchange.parts;
  const wanted = parseNameAndHash(name);
  const charms = await read(exchange.session, charm.list);
  const found = charms.findLast(
    (each) => each.name === wanted.name && each.sha256.startsWith(wanted.hash),
  );
  if (found === undefined) throw new Problem("not found", `charm "${name}" not found`);
  await sendArchive(exchange, found);
}

async function sendArchive(
  { session, response }: Exchange,
  { sha256, size }: charm.StoredCharm,
): Promise<void> {
  response.writeHead(200, { "Content-Type": contentType, "Content-Length": size });
  await pipeline(blobs.read(session.services.store, sha256), response);
}

/** What others have written is shown as what it says it is, and never guessed at. */
async function sendFile({ response }: Exchange, archive: Archive, file: string): Promise<void> {
  const content = archive.content(file);
  if (content === undefined && file !== iconFile) {
    throw new Problem("not found", `charm has no file "${file}"`);
  }
  response.writeHead(200, {
    "Content-Type": typeByExtension[extname(file)] ?? "application/octet-stream",
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
  });
  await pipeline(content ?? [Buffer.from(plainIcon)], response);
}

/** The archive is checked as a whole before anything of it is kept. */
export async function uploadCharm(exchange: Exchange): Promise<void> {
  const { session, bounds, request, response, parts } = exchange;
  const { store, clock } = session.services;
  await store.read(scopeOf(session), model.getAlive);
  requireContentType(request, contentType);
  const promised = parts.name === undefined ? undefined : parseNameAndHash(parts.name);
  await using scratch = await mkdtempDisposable(join(tmpdir(), "jumar-charm-"));
  const path = join(scratch.path, "charm.zip");
  const bytesMax = bounds.charmBytesMax;
  const body = bodyOf(request, { what: "charm", bytesMax });
  await pipeline(body, createWriteStream(path, { mode: 0o600 }));
  await using archive: Archive = await openArchive(path);
  await archive.verify();
  const upload = { bytesMax, now: clock.now() };
  const { sha256, size } = await blobs.put(store, createReadStream(path), upload);
  if (promised && !sha256.startsWith(promised.hash)) {
    const message = `charm archive was to have a SHA-256 that begins with ${promised.hash}: it is ${sha256}`;
    throw new Problem("not valid", message);
  }
  const content = archive.charm;
  const url = await write(session, (tx) =>
    charm.addLocal(tx, { content, sha256, size, now: upload.now }),
  );
  response.setHeader("Juju-Curl", url);
  answerJson(response, { "charm-url": url });
}

/** Throws `bad request` for what is not of the form. */
function parseNameAndHash(text: string): { readonly name: string; readonly hash: string } {
  const [, name = "", hash = ""] = /^(.+)-([0-9a-f]{7,64})$/.exec(text) ?? [];
  if (name !== "") return { name, hash };
  throw new Problem("bad request", `expected a form like mysql-1a2b3c4, got "${text}"`);
}
