/** Agent binaries over HTTPS: bundles in, and out to machines. */
import { pipeline } from "node:stream/promises";
import { Problem } from "#base/problem.ts";
import * as agentBinary from "#domain/agent-binary/agent-binary.ts";
import { controllerScope } from "#domain/scope.ts";
import { checkBundle } from "#release/bundle.ts";
import { formatBinaryName, parseBinaryName } from "#release/version.ts";
import * as blobs from "#store/blobs.ts";
import { answerJson, bodyOf, type Exchange, requireContentType, required } from "./exchange.ts";

/** Juju's name for what it packs its binaries as, which clients of the API say and expect. */
const contentType = "application/x-tar-gz";

export async function downloadBinary({ session, response, parts }: Exchange): Promise<void> {
  const { store } = session.services;
  const name = formatBinaryName(parseBinaryName(parts.name ?? ""));
  const { sha256, size } = await store.read(controllerScope, (tx) => agentBinary.get(tx, name));
  response.writeHead(200, { "Content-Type": contentType, "Content-Length": size });
  await pipeline(blobs.read(store, sha256), response);
}

/** What no machine could unpack is refused here, and not when they upgrade. */
export async function uploadBinary(exchange: Exchange): Promise<void> {
  const { session, bounds, request, response, query } = exchange;
  const { store, clock } = session.services;
  const binary = parseBinaryName(required(query, "binaryVersion"));
  requireContentType(request, contentType);
  const bytesMax = bounds.binaryBytesMax;
  const body = bodyOf(request, { what: "agent binary", bytesMax });
  const blob = await blobs.put(store, body, { bytesMax, now: clock.now() });
  if (blob.size === 0) throw new Problem("bad request", "no agent binaries uploaded");
  await checkBundle(blobs.read(store, blob.sha256));
  await store.write(controllerScope, (tx) => agentBinary.add(tx, { ...binary, ...blob }));
  const { sha256, size } = blob;
  answerJson(response, { tools: [{ version: formatBinaryName(binary), sha256, size }] });
}
