/** Reads the envelopes of calls, as any client of Juju may write them. */
import { Problem } from "#base/problem.ts";
import { explain, integer, json, record, text } from "#contract/wire.ts";
import { type NumberedRequest, parseFrame } from "./envelope.ts";

const requestFrame = record({
  "request-id": integer,
  type: text,
  version: integer,
  id: text,
  request: text,
  params: json,
});

/** Throws `bad request` for a frame that is no request. */
export function parseRequest(frame: string): NumberedRequest {
  const { success, data, error } = requestFrame.safeParse(parseFrame(frame));
  if (!success) throw new Problem("bad request", `the frame is not a request: ${explain(error)}`);
  const { type: facade, version, id, request: method, params } = data;
  return { requestId: data["request-id"], facade, version, method, id, params };
}
