/**
 * A controller's end of the RPC: reads calls, lets them run at the same time, sends the answers.
 *
 * A call that waits, such as a watcher's, must not hold up the others. What a connection has under
 * way ends when the connection does.
 */
import type { RawData, WebSocket } from "ws";
import type { Log } from "#base/log.ts";
import { Problem } from "#base/problem.ts";
import type { Request } from "#contract/facade.ts";
import { formatError, formatResult } from "./envelope.ts";
import { parseRequest } from "./request.ts";

const inFlightMax = 256;
const unsentBytesMax = 256 * 1024 * 1024;

export interface Service {
  /** Throws a Problem for what the caller may expect; anything else is a bug. */
  call(request: Request, signal: AbortSignal): Promise<unknown>;
}

/** Serves one connection until it has ended, and everything that was under way on it. */
export async function serveConnection(
  socket: WebSocket,
  { service, log }: { readonly service: Service; readonly log: Log },
): Promise<void> {
  const stop = new AbortController();
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const underWay = new Set<Promise<void>>();
  socket.on("message", (data, isBinary) => {
    const answered = respond(data, isBinary);
    underWay.add(answered);
    void answered.then(() => underWay.delete(answered));
  });
  socket.on("error", (error) => log.write("DEBUG", `connection failed: ${error.message}`));
  socket.on("close", () => resolve());
  await closed;
  stop.abort(new Problem("stopped", "the connection has ended"));
  await Promise.all(underWay);

  async function respond(data: RawData, isBinary: boolean): Promise<void> {
    const answer = await answerTo(data, isBinary);
    if (socket.bufferedAmount > unsentBytesMax) socket.terminate();
    if (socket.readyState === socket.OPEN) socket.send(answer);
  }

  async function answerTo(data: RawData, isBinary: boolean): Promise<string> {
    let requestId = 0;
    try {
      if (isBinary) throw new Problem("bad request", "the frame is binary, not text");
      const request = parseRequest(data.toString());
      requestId = request.requestId;
      if (underWay.size >= inFlightMax) {
        throw new Problem("try again", `more than ${inFlightMax} calls are under way`);
      }
      return formatResult(requestId, await service.call(request, stop.signal));
    } catch (error) {
      return formatError(requestId, toWireError(error, log));
    }
  }
}

/** A bug is told to the log, not to the peer. */
export function toWireError(error: unknown, log: Log): { message: string; code: string } {
  if (error instanceof Problem) return { message: error.message, code: error.code };
  log.write("ERROR", `a call failed: ${error instanceof Error ? error.stack : String(error)}`);
  return { message: "internal error; the controller's log says more", code: "" };
}
