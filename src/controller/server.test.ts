import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { WebSocket } from "ws";
import { Client } from "#contract/client.ts";
import { MachineAgent } from "#contract/machine-agent.ts";
import { Pinger } from "#contract/pinger.ts";
import * as machine from "#domain/machine/machine.ts";
import { suiteOnEachStore } from "#domain/testing.ts";
import { blog, shop, startTestController, type TestController } from "./testing.ts";

const upgrade = [
  "Host: controller",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
];

suiteOnEachStore("the server", (open) => {
  test("there is an API of the controller and one of each model, and nothing else is a websocket", async () => {
    await using controller = await startTestController(open);
    for (const path of [
      "/",
      "/api",
      `/model/${shop}/api`,
      "/api?version=1",
      `/model/${shop}/log`,
    ]) {
      const answer = await ask(controller, `GET ${path} HTTP/1.1`, upgrade);
      assert.match(answer, /^HTTP\/1.1 101 /, path);
    }
    for (const path of ["/nothing", "/model/api", `/model/${shop}/logs`, `/model/a/b/api`, "//"]) {
      const answer = await ask(controller, `GET ${path} HTTP/1.1`, upgrade);
      assert.equal(answer, "HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n", path);
    }
  });

  test("whoever hangs up in the middle of anything harms nobody else", async () => {
    await using controller = await startTestController(open);
    const heads = [
      "GET /nothing HTTP/1.1",
      "GET /api HTTP/1.1",
      `GET /model/${shop}/api HTTP/1.1`,
      "GET /tools/3.6.100-ubuntu-amd64 HTTP/1.1",
    ];
    for (const head of heads) {
      for (let tries = 0; tries < 5; tries++) await hangUp(controller, head);
    }

    const { status } = await controller.request({ path: "/health" });
    assert.equal(status, 200);
    assert.deepEqual(controller.logged, []);
  });

  test("what is no request, or one for no path, is refused, and the server goes on", async () => {
    await using controller = await startTestController(open);
    const plain = ["Host: controller", "Connection: close"];
    const answers = [
      ["GET // HTTP/1.1", /^HTTP\/1.1 404 /],
      ["GET http://[ HTTP/1.1", /^HTTP\/1.1 404 /],
      ["GET /%zz HTTP/1.1", /^HTTP\/1.1 404 /],
      ["OPTIONS * HTTP/1.1", /^HTTP\/1.1 404 /],
      ["nonsense", /^HTTP\/1.1 400 /],
      ["GET /health HTTP/7.3", /^HTTP\/1.1 400 /],
    ] as const;
    for (const [head, expected] of answers) {
      assert.match(await ask(controller, head, plain), expected, head);
    }
    const { status } = await controller.request({ path: "/health" });
    assert.equal(status, 200);
  });

  test("a peer that does not answer pings is cut off at the second one, and others stay", async () => {
    await using controller = await startTestController(open);
    await using alive = await controller.connect("user-anna", shop);
    const { host, port, path, ca } = controller.target(shop);
    const silent = new WebSocket(`wss://${host}:${port}${path}`, { ca, autoPong: false });
    await once(silent, "open");
    const closed = once(silent, "close");

    controller.clock.advance({ seconds: 45 });
    await once(silent, "ping");
    await alive.facade(Pinger).Ping();
    controller.clock.advance({ seconds: 45 });

    assert.equal((await closed)[0], 1006);
    await alive.facade(Pinger).Ping();
  });

  test("whoever has not logged in after two minutes is cut off, and others stay", async () => {
    await using controller = await startTestController(open);
    await using idle = await controller.open();
    await using known = await controller.connect("user-lola");

    controller.clock.advance({ seconds: 120 });

    assert.equal(await idle.closed, "the connection was cut");
    await known.facade(Pinger).Ping();
  });

  test("a machine is connected while it has any connection, and no longer", async () => {
    await using controller = await startTestController(open);
    const first = await controller.connect("machine-0", shop);
    const second = await controller.connect("machine-0", shop);
    assert.equal(await isConnected(controller, "0"), true);

    await first[Symbol.asyncDispose]();
    await untilServed(controller);
    assert.equal(await isConnected(controller, "0"), true);

    controller.clock.advance({ seconds: 7 });
    await second[Symbol.asyncDispose]();
    await untilConnected(controller, "0", false);
    const { connectedSince } = await getMachine(controller, "0");
    assert.equal(connectedSince, "2026-01-01T00:00:07Z");
    assert.equal(await isConnected(controller, "1"), false);
  });

  test("a machine that is cut off while it waits is not connected any more", async () => {
    await using controller = await startTestController(open);
    const agent = await controller.connect("machine-0", shop);
    const { revision } = await agent.facade(MachineAgent).Next({ revision: 0 });
    const waiting = agent.facade(MachineAgent).Next({ revision });

    await agent[Symbol.asyncDispose]();

    await assert.rejects(waiting, { code: "stopped" });
    await untilConnected(controller, "0", false);
  });

  test("a machine that is cut off in the middle of its login is not connected", async () => {
    await using controller = await startTestController(open);
    const params = {
      "auth-tag": "machine-0",
      credentials: await controller.agentPassword(shop, "0"),
    };
    const login = { facade: "Admin", version: 3, method: "Login", id: "", params };
    for (let tries = 0; tries < 20; tries++) {
      const rpc = await controller.open(shop);
      const answers = Promise.allSettled([rpc.call(login), rpc.call(login), rpc.call(login)]);
      for (let turns = 0; turns < tries; turns++) await turn();
      await rpc[Symbol.asyncDispose]();
      await answers;
    }

    await controller.stop();

    assert.equal(await isConnected(controller, "0"), false);
  });

  test("a controller that stops ends whatever is under way, and nobody hangs", async () => {
    await using controller = await startTestController(open);
    await using agent = await controller.connect("machine-0", shop);
    await using user = await controller.connect("user-nick", blog);
    const { revision } = await agent.facade(MachineAgent).Next({ revision: 0 });
    const { "watcher-id": id } = await user.facade(Client).WatchAll();
    const next = { facade: "AllWatcher", version: 3, method: "Next", id, params: {} };
    await user.call(next);
    const waiting = Promise.allSettled([
      agent.facade(MachineAgent).Next({ revision }),
      user.call(next),
    ]);
    await using stranger = await controller.open();

    await controller.stop();

    for (const each of await waiting) {
      assert.equal(each.status === "rejected" && each.reason.code, "stopped");
    }
    assert.equal(await stranger.closed, "the connection was cut");
    assert.equal(await isConnected(controller, "0"), false);
    assert.deepEqual(controller.logged, []);
  });
});

async function openTls({ address, caCertificate: ca }: TestController): Promise<TLSSocket> {
  const [host = "", port] = address.split(":");
  const socket = connectTls({ host, port: Number(port), ca, servername: "juju-apiserver" });
  await once(socket, "secureConnect");
  return socket;
}

/** Sends a request by hand; returns what comes back at first, or all of it for a plain one. */
async function ask(
  controller: TestController,
  head: string,
  headers: readonly string[],
): Promise<string> {
  const socket = await openTls(controller);
  socket.write([head, ...headers, "\r\n"].join("\r\n"));
  if (headers !== upgrade) return text(socket);
  const [first] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return first.toString();
}

/** Sends the head of an upgrade and breaks the connection without a farewell. */
async function hangUp({ address, caCertificate: ca }: TestController, head: string) {
  const [host = "", port] = address.split(":");
  const bare = connectTcp({ host, port: Number(port) });
  const socket = connectTls({ socket: bare, ca, servername: "juju-apiserver" });
  await once(socket, "secureConnect");
  socket.write([head, ...upgrade, "\r\n"].join("\r\n"));
  await turn();
  bare.resetAndDestroy();
}

function getMachine({ store }: TestController, id: string): Promise<machine.Machine> {
  return store.read(shop, (tx) => machine.get(tx, id));
}

async function isConnected(controller: TestController, id: string): Promise<boolean> {
  return (await getMachine(controller, id)).isConnected;
}

/** Waits for the change of a machine's row that says so. */
async function untilConnected(controller: TestController, id: string, wanted: boolean) {
  const { store } = controller;
  const signal = AbortSignal.timeout(10_000);
  let since = await store.latestChange(shop);
  while ((await isConnected(controller, id)) !== wanted) {
    for await (const changes of store.changes(shop, since, signal)) {
      since = changes.at(-1)?.seq ?? since;
      break;
    }
    signal.throwIfAborted();
  }
}

/** What was sent before on other connections has been seen by then. */
async function untilServed(controller: TestController): Promise<void> {
  await using connection = await controller.connect("user-anna", shop);
  await connection.facade(Pinger).Ping();
}
