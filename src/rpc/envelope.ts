/**
 * Envelopes: how a call and its answer travel in a websocket's text frames.
 *
 * The rules are those that Juju's clients impose: an answer always has `response`, and has `error`
 * only if there is one, for some clients take its mere presence for a failure. What a client needs
 * is here and loads nothing; reading what any client may send is in `request.ts`.
 */
import { isMapping } from "#base/mapping.ts";
import { messageOf, Problem, toProblemCode } from "#base/problem.ts";
import type { Request } from "#contract/facade.ts";

/** The largest frame from a client; an uploaded charm does not travel here. */
export const requestBytesMax = 4 * 1024 * 1024;
/** The largest frame from a controller: the status of tens of thousands of units. */
export const replyBytesMax = 128 * 1024 * 1024;

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
  const reply = parseFrame(frame);
  const { "request-id": requestId, error, "error-code": code, response } = reply;
  if (typeof requestId !== "number") {
    throw new Problem("bad request", "the frame is not a reply: it has no request-id");
  }
  const problem =
    error === undefined ? undefined : new Problem(toProblemCode(String(code ?? "")), String(error));
  return { requestId, response, problem };
}

/** Throws `bad request` for what is no JSON object. */
export function parseFrame(frame: string): Readonly<Record<string, unknown>> {
  const value = parseJson(frame);
  if (isMapping(value)) return value;
  throw new Problem("bad request", "the frame is not a JSON object");
}

function parseJson(frame: string): unknown {
  try {
    return JSON.parse(frame);
  } catch (error) {
    const problem = `the frame is not JSON: ${messageOf(error)}`;
    throw new Problem("bad request", problem, { cause: error });
  }
}
