/** Exchanges: one request over plain HTTPS and what is answered. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { isProblem, Problem, type ProblemCode } from "#base/problem.ts";
import { toWireError } from "#rpc/server.ts";
import type { Session } from "../session.ts";

export interface Exchange {
  readonly session: Session;
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

/** The rest of what is being sent is not read; the connection ends with the answer. */
export function answerError({ response, session }: Exchange, error: unknown): void {
  const { message, code } = toWireError(error, session.services.log);
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

/** The value of a parameter that has to be there. Throws `bad request`. */
export function required(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value) return value;
  throw new Problem("bad request", `expected ${name} argument`);
}
