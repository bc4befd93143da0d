import assert from "node:assert/strict";
import { test } from "node:test";
import { logTo } from "#base/log.ts";
import { Problem } from "#base/problem.ts";
import { ManualClock } from "#base/testing.ts";
import type { Request } from "#contract/facade.ts";
import { openRpc } from "./client.ts";
import { type Service, serveConnection } from "./server.ts";
import { startServer } from "./testing.ts";

const signal = AbortSignal.timeout(30_000);
const request: Request = { facade: "Echo", version: 1, method: "Say", id: "", params: { a: 1 } };

const service: Service = {
  async call({ method, params }, callSignal) {
    if (method === "Fail") throw new Problem("not found", "no such thing");
    if (method === "Break") throw new TypeError("secret detail");
    if (method === "Wait")
      await new Promise((resolve) => callSignal.addEventListener("abort", resolve));
    return params;
  },
};

test("a call that waits does not hold up the others", async () => {
  await using server = await startTestService();
  await using connection = await openRpc(server.target, signal);

  const waiting = connection.call({ ...request, method: "Wait" });
  assert.deepEqual(await connection.call(request), { a: 1 });
  await connection[Symbol.asyncDispose]();

  await assert.rejects(waiting, { code: "stopped" });
});

test("a connection has a bounded number of calls under way", async () => {
  await using server = await startTestService();
  await using connection = await openRpc(server.target, signal);
  const wait = () => connection.call({ ...request, method: "Wait" });

  const waiting = Array.from({ length: 255 }, () => assert.rejects(wait(), { code: "stopped" }));
  assert.deepEqual(await connection.call(request), { a: 1 });
  waiting.push(assert.rejects(wait(), { code: "stopped" }));
  await assert.rejects(connection.call(request), {
    code: "try again",
    message: "more than 256 calls are under way",
  });
  await connection[Symbol.asyncDispose]();
  await Promise.all(waiting);
});

test("an expected failure comes with its code, and a bug without its details", async () => {
  await using server = await startTestService();
  await using connection = await openRpc(server.target, signal);

  await assert.rejects(connection.call({ ...request, method: "Fail" }), {
    code: "not found",
    message: "no such thing",
  });
  await assert.rejects(connection.call({ ...request, method: "Break" }), {
    code: "internal error",
    message: "internal error; the controller's log says more",
  });
  assert.match(server.logged.join(""), /ERROR test a call failed: TypeError: secret detail/);
});

test("a frame that is not JSON is refused in one line, and the connection goes on", async () => {
  await using server = await startTestService();
  const { WebSocket } = await import("ws");
  const { host, port, path, ca } = server.target;
  const socket = new WebSocket(`wss://${host}:${port}${path}`, { ca });
  const replies: unknown[] = [];
  const third = new Promise<void>((resolve) => {
    socket.on("message", (data) => {
      if (replies.push(JSON.parse(data.toString())) === 3) resolve();
    });
  });

  await new Promise((resolve) => socket.once("open", resolve));
  socket.send("hello");
  socket.send('{"request-id":"x"}');
  socket.send('{"Request-Id":3,"TYPE":"Echo","Request":"Say"}');
  await third;

  assert.deepEqual(replies, [
    {
      "request-id": 0,
      error: `the frame is not JSON: Unexpected token 'h', "hello" is not valid JSON`,
      "error-code": "bad request",
      response: {},
    },
    {
      "request-id": 0,
      error: "the frame is not a request: request-id: expected number",
      "error-code": "bad request",
      response: {},
    },
    { "request-id": 3, response: {} },
  ]);
  socket.terminate();
});

test("whoever waits for an answer when the connection is cut is told so", async () => {
  await using server = await startTestService();
  await using connection = await openRpc(server.target, signal);
  const waiting = connection.call({ ...request, method: "Wait" });

  server.cut();

  await assert.rejects(waiting, {
    code: "stopped",
    message: /^connection to the controller lost: /,
  });
  await assert.rejects(connection.call(request), { code: "stopped" });
});

async function startTestService() {
  const logged: string[] = [];
  const log = logTo((line) => logged.push(line), new ManualClock(), "test");
  const cuts: (() => void)[] = [];
  const server = await startServer((socket) => {
    cuts.push(() => socket.terminate());
    void serveConnection(socket, { service, log });
  });
  return {
    target: server.target,
    logged,
    cut: () => {
      for (const each of cuts) each();
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
