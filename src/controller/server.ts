/**
 * The controller's server: one port for websockets and plain requests, over TLS.
 *
 * Who connects is not known before they log in, so everything that a stranger can ask for is
 * bounded: the size of a frame, the number of connections, and the time that a handshake may take.
 */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { createServer, type Server } from "node:https";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { KeyPair } from "#base/certificates.ts";
import type { Clock } from "#base/clock.ts";
import { messageOf } from "#base/problem.ts";
import { requestBytesMax } from "#rpc/envelope.ts";
import { serveApi } from "./connection.ts";
import { makeRouter } from "./http/router.ts";
import type { Services } from "./session.ts";

const connectionsMax = 20_000;
const handshakeTimeoutMs = 20_000;
/** A peer that has not answered a ping by the time of the next is gone. */
const heartbeat = Temporal.Duration.from({ seconds: 45 });

export interface Listen {
  /** Empty for every address of the machine. */
  readonly hosts: readonly string[];
  readonly port: number;
  readonly certificate: KeyPair;
}

/** Listens until it is disposed of; whoever is connected then is cut off. */
export async function startServer(
  services: Services,
  { hosts, port, certificate }: Listen,
): Promise<AsyncDisposable> {
  const stop = new AbortController();
  const websockets = new WebSocketServer({ noServer: true, maxPayload: requestBytesMax });
  const route = makeRouter(services);
  const serving = new Set<Promise<void>>();
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const modelUuid = toModel(request.url ?? "");
    if (modelUuid === false || websockets.clients.size >= connectionsMax) {
      socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
      return;
    }
    websockets.handleUpgrade(request, socket, head, (websocket) => {
      const served = serveApi(services, websocket, modelUuid || undefined);
      const settled = served.catch((error: unknown) => {
        services.log.write("ERROR", `a connection failed: ${messageOf(error)}`);
      });
      serving.add(settled);
      void settled.then(() => serving.delete(settled));
    });
  };
  const servers = (hosts.length > 0 ? hosts : ["::"]).map(() => {
    const server = createServer({ cert: certificate.certificate, key: certificate.key });
    server.headersTimeout = handshakeTimeoutMs;
    server.on("request", (request, response) => void route(request, response));
    server.on("upgrade", onUpgrade);
    server.on("tlsClientError", () => {}); // whoever cannot speak TLS hears nothing from us
    return server;
  });
  for (const [index, server] of servers.entries()) await listen(server, port, hosts[index]);
  const beating = keepBeating(websockets, services.clock, stop.signal);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      for (const websocket of websockets.clients) websocket.terminate();
      await Promise.all(servers.map(close));
      await Promise.all(serving);
      await beating;
    },
  };
}

/** Undefined for the controller, the model's id for a model, and false for no API at all. */
function toModel(url: string): string | undefined | false {
  const [path = ""] = url.split("?");
  if (path === "/" || path === "/api") return undefined;
  return /^\/model\/([^/]+)\/api$/.exec(path)?.[1] ?? false;
}

async function listen(server: Server, port: number, host: string | undefined): Promise<void> {
  server.listen(port, host);
  await once(server, "listening");
}

async function close(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}

async function keepBeating(
  websockets: WebSocketServer,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const silent = new WeakSet<WebSocket>();
  while (!signal.aborted) {
    for (const websocket of websockets.clients) {
      if (silent.has(websocket)) websocket.terminate();
      silent.add(websocket);
      websocket.once("pong", () => silent.delete(websocket));
      websocket.ping();
    }
    await clock.sleep(heartbeat, signal).catch(() => {});
  }
}
