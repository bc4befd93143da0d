import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { makeAuthority } from "#base/certificates.ts";
import { startServer } from "./testing.ts";
import { type Handlers, openWebSocket } from "./websocket.ts";

const signal = AbortSignal.timeout(30_000);

test("messages of every size come back as they were sent", async () => {
  await using server = await startServer((socket) =>
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary })),
  );
  const { handlers, next } = inbox();
  const bound = { messageBytesMax: 10_000_000, handlers };
  const socket = await openWebSocket(server.target, bound, signal);
  const sizes = [0, 1, 125, 126, 65_535, 65_536, 3_000_000];
  const messages = sizes.map((size) => "é".repeat(Math.floor(size / 2)) + "x".repeat(size % 2));

  for (const message of messages) socket.send(message);

  for (const message of messages) assert.equal(await next(), message);
  socket.close();
});

test("giving up ends the opening, and later means nothing to what is open", async () => {
  await using server = await startServer((socket) =>
    socket.on("message", (data) => socket.send(data.toString())),
  );
  const { handlers, next } = inbox();
  const bound = { messageBytesMax: 1000, handlers };
  const stop = new AbortController();
  const socket = await openWebSocket(server.target, bound, stop.signal);

  stop.abort();
  socket.send("still here");

  assert.equal(await next(), "still here");
  await assert.rejects(openWebSocket(server.target, bound, stop.signal), { name: "AbortError" });
});

test("a message in fragments, with a ping between them, is one message, and the ping is answered", async () => {
  const pong = Promise.withResolvers<string>();
  await using server = await startServer((socket) => {
    socket.on("pong", (data) => pong.resolve(data.toString()));
    socket.send("one ", { fin: false });
    socket.ping("still there?");
    socket.send("message", { fin: true });
  });
  const { handlers, next } = inbox();
  await openWebSocket(server.target, { messageBytesMax: 1000, handlers }, signal);

  assert.equal(await next(), "one message");
  assert.equal(await pong.promise, "still there?");
});

test("a server that is not heard of any more is taken for lost", async () => {
  await using server = await startServer(() => {});
  const { handlers, closed } = inbox();

  await openWebSocket(server.target, { messageBytesMax: 1000, handlers, silenceMs: 100 }, signal);

  assert.equal(await closed, "it does not answer");
});

test("a message that is too long ends the connection, and says so", async () => {
  await using server = await startServer((socket) => socket.send("x".repeat(2000)));
  const { handlers, closed } = inbox();

  await openWebSocket(server.target, { messageBytesMax: 1000, handlers }, signal);

  assert.equal(await closed, "a message is longer than 1000 bytes");
});

test("a server that another authority vouches for is not believed", async () => {
  await using server = await startServer(() => {});
  const { certificate } = await makeAuthority("other", Temporal.Now.instant());
  const target = { ...server.target, ca: certificate };

  const opening = openWebSocket(target, { messageBytesMax: 1000, ...inbox() }, signal);

  await assert.rejects(opening, {
    code: "try again",
    message: /^cannot connect to 127.0.0.1:\d+: /,
  });
});

test("where nobody listens, or no websocket is, the address is told", async () => {
  await using server = await startServer(() => {});
  const elsewhere = { ...server.target, path: "/nothing" };
  const opening = openWebSocket(elsewhere, { messageBytesMax: 1000, ...inbox() }, signal);
  await assert.rejects(opening, {
    code: "not found",
    message: `127.0.0.1:${server.target.port}/nothing is not a websocket: HTTP/1.1 400 Bad Request`,
  });

  const nobody = { ...server.target, port: 1 };
  await assert.rejects(openWebSocket(nobody, { messageBytesMax: 1000, ...inbox() }, signal), {
    code: "try again",
    message: "cannot connect to 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1",
  });
});

test("who takes the connection and then says nothing, or hangs up, is not waited for", async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket));
  const rude = createServer((socket) => socket.destroy());
  for (const [server, reason] of [
    [silent, "it does not answer"],
    [rude, ".*"],
  ] as const) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const target = { host: "127.0.0.1", port, path: "/api", ca: "" };
    const opening = { messageBytesMax: 1000, ...inbox(), patienceMs: 100 };
    await assert.rejects(openWebSocket(target, opening, signal), {
      code: "try again",
      message: new RegExp(`^cannot connect to 127.0.0.1:${port}: ${reason}$`),
    });
    server.close();
  }
  for (const socket of sockets) socket.destroy();
});

test("a server that goes away in the handshake can be tried again", async () => {
  await using server = await startServer(() => {});
  const connections: Socket[] = [];
  server.server.on("connection", (socket: Socket) => connections.push(socket));
  server.server.removeAllListeners("upgrade");
  server.server.on("upgrade", () => {
    for (const socket of connections) socket.resetAndDestroy();
  });
  const opening = openWebSocket(server.target, { messageBytesMax: 1000, ...inbox() }, signal);
  await assert.rejects(opening, { code: "try again" });
});

function inbox() {
  const messages: string[] = [];
  let arrived = Promise.withResolvers<void>();
  const { promise: closed, resolve } = Promise.withResolvers<string>();
  const handlers: Handlers = {
    message(text) {
      messages.push(text);
      arrived.resolve();
      arrived = Promise.withResolvers();
    },
    closed: resolve,
  };
  async function next(): Promise<string | undefined> {
    if (messages.length === 0) await arrived.promise;
    return messages.shift();
  }
  return { handlers, closed, next };
}
