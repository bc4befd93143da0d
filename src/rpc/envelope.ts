/**
 * Envelopes: how a call and its answer travel in a websocket's text frames.
 *
 * The rules are those that Juju's clients impose: an answer always has `response`, and has `error`
 * only if there is one, for some clients take its mere presence for a failure.
 */
import { messageOf, Problem, type ProblemCode, problemCodes } from "#base/problem.ts";
import type { Request } from "#contract/facade.ts";
import { explain, integer, json, optional, record, text } from "#contract/wire.ts";

/** The largest frame from a client; an uploaded charm does not travel here. */
export const requestBytesMax = 4 * 1024 * 1024;
/** The largest frame from a controller: the status of tens of thousands of units. */
export const replyBytesMax = 128 * 1024 * 1024;

const requestFrame = record({
  "request-id": integer,
  type: text,
  version: integer,
  id: text,
  request: text,
  params: json,
});

const replyFrame = record({
  "request-id": integer,
  error: optional(text),
  "error-code": optional(text),
  response: json,
});

export interface NumberedRequest extends Request {
  readonly requestId: number;
}

export interface Reply {
  readonly requestId: number;
  readonly response: unknown;
  readonly problem: Problem | undefined;
}

export function formatRequest({ requestId, facade, version, method, id, params }: NumberedRequest) {
  const frame = { "request-id": requestId, type: facade, version, id, request: method, params };
  return JSON.stringify(frame);
}

/** Throws `bad request` for a frame that is no request. */
export function parseRequest(frame: string): NumberedRequest {
  const { success, data, error } = requestFrame.safeParse(parseJson(frame));
  if (!success) throw new Problem("bad request", `the frame is not a request: ${explain(error)}`);
  const { type: facade, version, id, request: method, params } = data;
  return { requestId: data["request-id"], facade, version, method, id, params };
}

export function formatResult(requestId: number, result: unknown): string {
  return JSON.stringify({ "request-id": requestId, response: result ?? {} });
}

/** `code` is empty for what is no expected failure. */
export function formatError(requestId: number, error: { message: string; code: string }): string {
  return JSON.stringify({
    "request-id": requestId,
    error: error.message,
    "error-code": error.code,
    response: {},
  });
}

/** Throws `bad request` for a frame that is no reply. */
export function parseReply(frame: string): Reply {
  const { success, data, error } = replyFrame.safeParse(parseJson(frame));
  if (!success) throw new Problem("bad request", `the frame is not a reply: ${explain(error)}`);
  const { error: message, "error-code": code = "", response } = data;
  const problem = message === undefined ? undefined : new Problem(toProblemCode(code), message);
  return { requestId: data["request-id"], response, problem };
}

/** A code that this version does not know of is treated as a request that was in vain. */
export function toProblemCode(code: string): ProblemCode {
  return problemCodes.find((known) => known === code) ?? "bad request";
}

function parseJson(frame: string): unknown {
  try {
    return JSON.parse(frame);
  } catch (error) {
    const problem = `the frame is not JSON: ${messageOf(error)}`;
    throw new Problem("bad request", problem, { cause: error });
  }
}
