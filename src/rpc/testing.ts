/** A websocket server over TLS, as a controller's, for tests of connections. */
import { once } from "node:events";
import { createServer, type Server } from "node:https";
import { type WebSocket, WebSocketServer } from "ws";
import { makeAuthority, makeServerCertificate } from "#base/certificates.ts";
import type { Target } from "./websocket.ts";

export interface TestServer extends AsyncDisposable {
  readonly target: Target;
  readonly server: Server;
}

/** Serves each connection with `serve`, on a free port of loopback. */
export async function startServer(serve: (socket: WebSocket) => void): Promise<TestServer> {
  const now = Temporal.Now.instant();
  const authority = await makeAuthority("test", now);
  const names = { hosts: ["juju-apiserver"], addresses: ["127.0.0.1"] };
  const { certificate, key } = await makeServerCertificate(authority, names, now);
  const server = createServer({ cert: certificate, key });
  const websockets = new WebSocketServer({ server, path: "/api" });
  websockets.on("connection", serve);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    server,
    target: { host: "127.0.0.1", port, path: "/api", ca: authority.certificate },
    async [Symbol.asyncDispose]() {
      for (const client of websockets.clients) client.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
