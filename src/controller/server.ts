/**
 * The controller's server: one port for websockets and plain requests, over TLS.
 *
 * Who connects is not known before they log in, so everything that a stranger can ask for is
 * bounded: the size of a frame, the number of connections, and the time that each step may take.
 */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { createServer, type Server } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { KeyPair } from "#base/certificates.ts";
import type { Clock } from "#base/clock.ts";
import { messageOf } from "#base/problem.ts";
import { requestBytesMax } from "#rpc/envelope.ts";
import { type Bounds, usualBounds } from "./bounds.ts";
import { serveApi } from "./connection.ts";
import { serveLog } from "./http/log-stream.ts";
import { makeRouter } from "./http/router.ts";
import type { Services } from "./session.ts";

const handshakeTimeoutMs = 20_000;
/** The largest charm, over a slow line. */
const requestTimeoutMs = 3_600_000;
/** A peer that has not answered a ping by the time of the next is gone. */
const heartbeat = Temporal.Duration.from({ seconds: 45 });

export interface Listen {
  /** Empty for every address of the machine. */
  readonly hosts: readonly string[];
  readonly port: number;
  readonly certificate: KeyPair;
}

export interface ApiServer extends AsyncDisposable {
  /** The port that it listens on, also where any free one was asked for. */
  readonly port: number;
}

/**
 * Listens until it is disposed of; whoever is connected then is cut off, and what was under way for
 * them has ended afterwards.
 */
export async function startServer(
  services: Services,
  { hosts, port, certificate }: Listen,
  bounds: Bounds = usualBounds,
): Promise<ApiServer> {
  await using started = new AsyncDisposableStack();
  const underWay = new Set<Promise<void>>();
  started.defer(async () => void (await Promise.all(underWay)));
  const track = (served: Promise<void>) => {
    const settled = served.catch((error: unknown) => {
      services.log.write("ERROR", `a connection failed: ${messageOf(error)}`);
    });
    underWay.add(settled);
    void settled.then(() => underWay.delete(settled));
  };
  const websockets = new WebSocketServer({ noServer: true, maxPayload: requestBytesMax });
  const route = makeRouter(services, bounds);
  const serve = makeStreams(services, bounds);
  const ports: number[] = [];
  for (const host of hosts.length > 0 ? hosts : ["::"]) {
    const server = makeServer(certificate, bounds);
    server.on("request", (request, response) => track(route(request, response)));
    server.on("upgrade", (request, socket, head) => {
      acceptWebSocket(websockets, { request, socket, head }, (websocket, place) =>
        track(serve(websocket, request, place)),
      );
    });
    ports.push(await started.use(new Listening(server)).listen(port, host));
  }
  const stop = new AbortController();
  track(keepBeating(websockets, services.clock, stop.signal));
  started.defer(() => stop.abort());
  const running = started.move();
  return { port: ports[0] ?? port, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function makeServer(
  { certificate, key }: KeyPair,
  { connectionsMax, silenceMaxMs }: Bounds,
): Server {
  const server = createServer({ cert: certificate, key, handshakeTimeout: handshakeTimeoutMs });
  server.headersTimeout = handshakeTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  server.timeout = silenceMaxMs;
  server.maxConnections = connectionsMax;
  server.on("tlsClientError", () => {}); // whoever cannot speak TLS hears nothing from us
  return server;
}

/** A server and everybody who is connected to it, whatever they have said so far. */
class Listening implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  /** Returns the port. */
  async listen(port: number, host: string): Promise<number> {
    this.#server.listen(port, host);
    await once(this.#server, "listening");
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** What a websocket is for: the API of a controller or of a model, or a model's log. */
interface Place {
  readonly kind: "api" | "log";
  readonly model: string | undefined;
}

function acceptWebSocket(
  websockets: WebSocketServer,
  { request, socket, head }: Upgrade,
  serve: (websocket: WebSocket, place: Place) => void,
): void {
  const place = findPlace(request.url ?? "");
  if (place === undefined) {
    socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n", () => socket.destroy());
  } else {
    websockets.handleUpgrade(request, socket, head, (websocket) => serve(websocket, place));
  }
}

function findPlace(url: string): Place | undefined {
  const [path = ""] = url.split("?");
  if (path === "/" || path === "/api") return { kind: "api", model: undefined };
  const [, model, kind] = /^\/model\/([^/]+)\/(api|log)$/.exec(path) ?? [];
  return kind === "api" || kind === "log" ? { kind, model } : undefined;
}

/** Serves websockets; of those who read logs it knows how many there are. */
function makeStreams(services: Services, bounds: Bounds) {
  let count = 0;
  return async (websocket: WebSocket, request: IncomingMessage, { kind, model = "" }: Place) => {
    if (kind === "api") return await serveApi(services, websocket, model || undefined);
    count++;
    try {
      await serveLog(websocket, { services, bounds, request, model, count });
    } finally {
      count--;
    }
  };
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
