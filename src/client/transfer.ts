/** Transfers: what is too large for a frame goes over plain HTTPS. */
import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { pipeline } from "node:stream/promises";
import { isProblem, messageOf, Problem, toProblemCode } from "#base/problem.ts";
import { parseAddress } from "./connection.ts";

const certificateName = "juju-apiserver";
const answerBytesMax = 1024 * 1024;
/** A transfer in which nothing moves for so long has failed. */
const silenceMaxMs = 60_000;

export interface Peer {
  /** As in `10.0.0.5:17070`. */
  readonly address: string;
  readonly caCertificate: string;
  /** Undefined where no login is needed. */
  readonly login: { readonly tag: string; readonly password: string } | undefined;
}

export interface Transfer {
  /** With the query, as in `/model/UUID/charms?url=local:mysql-0`. */
  readonly path: string;
  /** The file that is sent or written. */
  readonly file: string;
  /** Told of the bytes that have moved so far. */
  readonly progress?: (bytes: number) => void;
}

export interface Upload extends Transfer {
  readonly method?: "POST" | "PUT";
  readonly headers: Readonly<Record<string, string>> & { readonly "Content-Type": string };
}

/** Writes what is at the path into the file. Throws what the controller says, or `try again`. */
export async function download(
  peer: Peer,
  { path, file, progress }: Transfer,
  signal: AbortSignal,
): Promise<void> {
  const request = open(peer, { method: "GET", path, headers: {} }, signal);
  request.end();
  const response = await answerOf(request, peer);
  let moved = 0;
  response.on("data", (bytes: Buffer) => {
    moved += bytes.length;
    progress?.(moved);
  });
  await uncut(peer, pipeline(response, createWriteStream(file, { mode: 0o600 })));
}

/** Sends the file; returns the JSON that the controller answers. */
export async function upload(
  peer: Peer,
  { path, file, progress, method = "POST", headers }: Upload,
  signal: AbortSignal,
): Promise<unknown> {
  const { size } = await stat(file);
  const head = { method, path, headers: { ...headers, "Content-Length": size } };
  const request = open(peer, head, signal);
  let moved = 0;
  const content = createReadStream(file);
  content.on("data", (bytes) => {
    moved += bytes.length;
    progress?.(moved);
  });
  const answer = answerOf(request, peer);
  const sent = pipeline(content, request).catch(() => {}); // an early refusal ends the sending
  const text = await uncut(peer, readAnswer(await answer));
  await sent;
  return JSON.parse(text);
}

interface Head {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | number>>;
}

function open({ address, caCertificate, login }: Peer, head: Head, signal: AbortSignal) {
  const { host, port } = parseAddress(address);
  const request = requestHttps({
    ...{ host, port, signal, ca: caCertificate, servername: certificateName, agent: false },
    ...{ method: head.method, path: head.path, headers: head.headers },
    ...(login ? { auth: `${login.tag}:${login.password}` } : {}),
  });
  request.setTimeout(silenceMaxMs, () => {
    request.destroy(new Error(`nothing moved for ${silenceMaxMs / 1000} seconds`));
  });
  return request;
}

/** The answer, if it is a good one. */
async function answerOf(
  request: ReturnType<typeof requestHttps>,
  peer: Peer,
): Promise<IncomingMessage> {
  const [response] = (await uncut(peer, once(request, "response"))) as [IncomingMessage];
  if (response.statusCode === 200) return response;
  throw toProblem(await uncut(peer, readAnswer(response)), response.statusCode ?? 0);
}

/** What is cut short on its way can be tried again; a file that cannot be written, not at once. */
async function uncut<T>({ address }: Peer, moving: Promise<T>): Promise<T> {
  try {
    return await moving;
  } catch (error) {
    if (isProblem(error) || isOfFile(error)) throw error;
    const message = `transfer with ${address} failed: ${messageOf(error)}`;
    throw new Problem("try again", message, { cause: error });
  }
}

function isOfFile(error: unknown): boolean {
  const { syscall } = error as NodeJS.ErrnoException;
  return syscall === "open" || syscall === "write";
}

async function readAnswer(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > answerBytesMax) throw new Problem("bad request", "the answer is too long");
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

function toProblem(text: string, status: number): Problem {
  try {
    const { error, "error-code": code } = JSON.parse(text) as Record<string, unknown>;
    if (typeof error === "string") return new Problem(toProblemCode(String(code)), error);
  } catch {} // whoever answered is no controller; what it said is told as it is
  return new Problem("bad request", `the answer was ${status}: ${text.slice(0, 200)}`);
}
