/** A model's log as it comes from the controller, a line at a time. */
import { Problem, toProblemCode } from "#base/problem.ts";
import { openWebSocket } from "#rpc/websocket.ts";
import { parseAddress } from "./connection.ts";
import type { Peer } from "./transfer.ts";

const messageBytesMax = 4 * 1024 * 1024;

export interface LogLine {
  /** The tag of who logged it, as in `unit-mysql-0`. */
  readonly tag: string;
  /** RFC 3339. */
  readonly ts: string;
  readonly sev: string;
  readonly mod: string;
  readonly loc: string;
  readonly msg: string;
}

export interface LogRequest {
  readonly model: string;
  readonly query: URLSearchParams;
}

/**
 * Gives each line to `take`, until there are no more, or `signal` aborts. Throws what the controller
 * says, `try again` when it cannot be reached, and `stopped` when it went away.
 */
export async function streamLog(
  peer: Peer,
  { model, query }: LogRequest,
  { take, signal }: { readonly take: (line: LogLine) => void; readonly signal: AbortSignal },
): Promise<void> {
  const ended = Promise.withResolvers<void>();
  let isFirst = true;
  const handlers = {
    message(text: string) {
      try {
        const said = JSON.parse(text) as LogLine & { readonly error?: WireError };
        if (isFirst && said.error) throw toProblem(said.error);
        if (!isFirst) take(said);
        isFirst = false;
      } catch (error) {
        ended.reject(error);
      }
    },
    closed(reason: string) {
      if (reason === orderly) ended.resolve();
      else ended.reject(new Problem("stopped", `the log has ended: ${reason}`));
    },
  };
  const path = `/model/${model}/log?${query}`;
  const { login, caCertificate, address } = peer;
  const authorization = login && `Basic ${encode(`${login.tag}:${login.password}`)}`;
  const target = { ...parseAddress(address), path, ca: caCertificate, authorization };
  const socket = await openWebSocket(target, { messageBytesMax, handlers }, signal);
  const stop = () => ended.resolve();
  signal.addEventListener("abort", stop, { once: true });
  try {
    await ended.promise;
  } finally {
    signal.removeEventListener("abort", stop);
    socket.close();
  }
}

/** What the websocket says of one that the controller has closed. */
const orderly = "the controller closed the connection";

interface WireError {
  readonly message?: string;
  readonly code?: string;
}

function toProblem({ message, code }: WireError): Problem {
  return new Problem(toProblemCode(code ?? ""), message ?? "the controller did not say why");
}

function encode(text: string): string {
  return Buffer.from(text).toString("base64");
}
