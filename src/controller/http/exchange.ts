/** Exchanges: one request over plain HTTPS and what is answered. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { isProblem, messageOf, Problem, type ProblemCode } from "#base/problem.ts";
import { toWireError } from "#rpc/server.ts";
import type { Bounds } from "../bounds.ts";
import type { Session } from "../session.ts";

export interface Exchange {
  readonly session: Session;
  readonly bounds: Bounds;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What stands for the parts of the path that start with a colon. */
  readonly parts: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

export type Handler = (exchange: Exchange) => Promise<void>;

const statusByCode: Partial<Readonly<Record<ProblemCode, number>>> = {
  "method not allowed": 405,
  "model not found": 404,
  "not found": 404,
  "quota limit exceeded": 413,
  "try again": 503,
  "unauthorized access": 401,
};

export function answerJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "Content-Type": "application/json" });
  response.end(JSON.stringify(value));
}

/**
 * The body of the request, as it arrives. Throws `quota limit exceeded` as soon as it is known to be
 * larger than `bytesMax`; the connection stays, so that the sender hears of it.
 */
export async function* bodyOf(
  request: IncomingMessage,
  { what, bytesMax }: { readonly what: string; readonly bytesMax: number },
): AsyncGenerator<Uint8Array> {
  const tooLarge = new Problem("quota limit exceeded", `${what} is larger than ${bytesMax} bytes`);
  if (Number(request.headers["content-length"] ?? 0) > bytesMax) throw tooLarge;
  let received = 0;
  for await (const bytes of request.iterator({ destroyOnReturn: false })) {
    received += bytes.length;
    if (received > bytesMax) throw tooLarge;
    yield bytes;
  }
}

/** The rest of what is being sent is not read; the connection ends with the answer. */
export function answerError({ response, session }: Exchange, error: unknown): void {
  const { log } = session.services;
  if (session.signal.aborted && !isProblem(error)) {
    log.write("DEBUG", `a transfer was cut: ${messageOf(error)}`);
    return;
  }
  const { message, code } = toWireError(error, log);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const status = isProblem(error) ? (statusByCode[error.code] ?? 400) : 500;
  const challenge = status === 401 ? { "WWW-Authenticate": 'Basic realm="juju"' } : {};
  response.writeHead(status, {
    "Content-Type": "application/json",
    Connection: "close",
    ...challenge,
  });
  response.end(JSON.stringify({ error: message, "error-code": code }));
}

/** Throws `bad request` unless the request says that it brings that kind of content. */
export function requireContentType({ headers }: IncomingMessage, expected: string): void {
  const { "content-type": got = "" } = headers;
  if (got === expected) return;
  throw new Problem("bad request", `expected Content-Type: ${expected}, got: ${got}`);
}

/** The value of a parameter that has to be there. Throws `bad request`. */
export function required(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value) return value;
  throw new Problem("bad request", `expected ${name} argument`);
}
