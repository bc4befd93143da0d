/** A client's end of the RPC: numbers its calls, and gives each answer to whoever asked. */
import { Problem } from "#base/problem.ts";
import type { Request } from "#contract/facade.ts";
import { formatRequest, parseReply, replyBytesMax } from "./envelope.ts";
import { type ClientSocket, openWebSocket, type Target } from "./websocket.ts";

export interface RpcConnection extends AsyncDisposable {
  /**
   * Throws the Problem that the controller answers with, or `stopped` when the connection ends
   * first, or the signal's reason.
   */
  call(request: Request, signal?: AbortSignal): Promise<unknown>;
  /** Resolves to the reason when the connection has ended. */
  readonly closed: Promise<string>;
}

type Waiting = Map<number, PromiseWithResolvers<unknown>>;

/** Throws `try again` when nobody answers at the address. */
export async function openRpc(target: Target, signal: AbortSignal): Promise<RpcConnection> {
  const waiting: Waiting = new Map();
  const { promise: closed, resolve: setClosed } = Promise.withResolvers<string>();
  const handlers = {
    message: (text: string) => settle(waiting, text),
    closed(reason: string) {
      for (const { reject } of waiting.values()) reject(connectionLost(reason));
      waiting.clear();
      setClosed(reason);
    },
  };
  const socket = await openWebSocket(target, { messageBytesMax: replyBytesMax, handlers }, signal);
  let isClosed = false;
  void closed.then(() => {
    isClosed = true;
  });
  let requestId = 0;
  return {
    closed,
    async call(request, callSignal) {
      if (isClosed) throw connectionLost(await closed);
      requestId++;
      return send({ socket, waiting }, { ...request, requestId }, callSignal);
    },
    async [Symbol.asyncDispose]() {
      if (!isClosed) socket.close();
    },
  };
}

async function send(
  { socket, waiting }: { readonly socket: ClientSocket; readonly waiting: Waiting },
  request: Request & { readonly requestId: number },
  signal: AbortSignal | undefined,
): Promise<unknown> {
  signal?.throwIfAborted();
  const { requestId } = request;
  const answer = Promise.withResolvers<unknown>();
  const giveUp = () => answer.reject(signal?.reason as Error);
  waiting.set(requestId, answer);
  signal?.addEventListener("abort", giveUp, { once: true });
  try {
    socket.send(formatRequest(request));
    return await answer.promise;
  } finally {
    waiting.delete(requestId);
    signal?.removeEventListener("abort", giveUp);
  }
}

/** An answer that nobody waits for any more is dropped. */
function settle(waiting: Waiting, text: string): void {
  const { requestId, response, problem } = parseReply(text);
  const answer = waiting.get(requestId);
  if (problem) answer?.reject(problem);
  else answer?.resolve(response);
}

function connectionLost(reason: string): Problem {
  return new Problem("stopped", `connection to the controller lost: ${reason}`);
}
