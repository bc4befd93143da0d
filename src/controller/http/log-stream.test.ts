/** A log as Juju's clients read it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { streamLog } from "#client/log-stream.ts";
import { LogSink } from "#contract/log-sink.ts";
import { suiteOnEachStore } from "#domain/testing.ts";
import { openWebSocket } from "#rpc/websocket.ts";
import { usualBounds } from "../bounds.ts";
import {
  blog,
  nowhere,
  password,
  shop,
  startTestController,
  type TestController,
} from "../testing.ts";

const patienceMs = 30_000;
const start = Temporal.Instant.from("2026-01-01T00:00:00Z").epochMilliseconds;

function line(sequence: number, entity = "unit-mysql-0") {
  const rest = { level: "INFO", module: "unit.mysql/0.juju-log", location: "", message: "" };
  return { sequence, time: start + sequence, entity, ...rest, message: `message ${sequence}` };
}

async function log(controller: TestController, lines: ReturnType<typeof line>[]): Promise<number> {
  await using machine = await controller.connect("machine-0", shop);
  const { sequence } = await machine.facade(LogSink).Write({ spool: "s", lines });
  return sequence;
}

interface Request {
  readonly as?: string;
  readonly model?: string;
  readonly query?: string;
  readonly secret?: string;
  /** Called when there is a line. */
  readonly heard?: () => void;
}

/** The frames of a log, until it ends or there are `max`. */
async function frames(
  { target }: TestController,
  { as = "user-rita", model = shop, query = "noTail=true", secret = password, heard }: Request,
  max = Number.POSITIVE_INFINITY,
): Promise<string[]> {
  const received: string[] = [];
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const handlers = {
    message(text: string) {
      received.push(text);
      if (received.length > 1) heard?.();
      if (received.length >= max) resolve();
    },
    closed: () => resolve(),
  };
  const authorization = `Basic ${Buffer.from(`${as}:${secret}`).toString("base64")}`;
  const path = `/model/${model}/log?${query}`;
  const socket = await openWebSocket(
    { ...target(), path, ...(as === "" ? {} : { authorization }) },
    { messageBytesMax: 1024 * 1024, handlers },
    AbortSignal.timeout(patienceMs),
  );
  await ended;
  socket.close();
  return received;
}

const messagesOf = (received: readonly string[]) =>
  received.slice(1).map((frame) => Number(JSON.parse(frame).msg.split(" ")[1]));

suiteOnEachStore("the log of a model over a websocket", (open) => {
  test("the first frame is an empty object, and each other one a line, as Juju's clients expect", async () => {
    await using controller = await startTestController(open);
    await log(controller, [line(1), line(2, "machine-0")]);

    assert.deepEqual(await frames(controller, {}), [
      "{}\n",
      '{"tag":"unit-mysql-0","ts":"2026-01-01T00:00:00.001Z","sev":"INFO","mod":"unit.mysql/0.juju-log","loc":"","msg":"message 1"}\n',
      '{"tag":"machine-0","ts":"2026-01-01T00:00:00.002Z","sev":"INFO","mod":"unit.mysql/0.juju-log","loc":"","msg":"message 2"}\n',
    ]);
  });

  test("what is asked for is sent, and what comes after", async () => {
    await using controller = await startTestController(open);
    await log(
      controller,
      Array.from({ length: 15 }, (_, index) => line(index + 1, `machine-${index % 2}`)),
    );
    const asked = async (query: string) => messagesOf(await frames(controller, { query }));
    const newest = Array.from({ length: 10 }, (_, index) => index + 6);

    assert.deepEqual(await asked("noTail=true"), newest);
    assert.deepEqual(await asked("noTail=1&backlog=2&version=2"), [14, 15]);
    assert.equal((await asked("noTail=true&replay=true")).length, 15);
    assert.deepEqual(await asked("replay=true&maxLines=3"), [1, 2, 3]);
    assert.deepEqual(await asked("noTail=true&startTime=2026-01-01T00:00:00.014Z"), [14, 15]);
    assert.deepEqual(await asked("noTail=true&level=WARNING"), []);
    assert.deepEqual(
      await asked("noTail=true&backlog=9223372036854775807&includeEntity=unit-x-0"),
      [],
    );
    assert.deepEqual(await asked("noTail=true&backlog=1&excludeModule=unit&includeLabels="), []);

    const heard = Promise.withResolvers<void>();
    const following = frames(controller, { query: "backlog=1", heard: heard.resolve }, 4);
    await heard.promise;
    await log(controller, [line(16)]);
    await log(controller, [line(17)]);
    assert.deepEqual(messagesOf(await following), [15, 16, 17]);
  });

  test("who may not read the model, and who asks for what there is not, is told in the first frame", async () => {
    await using controller = await startTestController(open);
    const unauthorized = "unauthorized access";
    const cases: readonly [Request, string, string][] = [
      [{ as: "" }, "no credentials provided", unauthorized],
      [{ secret: "a guess" }, "invalid entity name or password", unauthorized],
      [{ as: "user-lola" }, "permission denied", unauthorized],
      [{ model: blog }, "permission denied", unauthorized],
      [{ as: "user-boss", model: nowhere }, `unknown model: "${nowhere}"`, "model not found"],
      [
        { query: "level=LOUD" },
        'level value "LOUD" is not one of TRACE, DEBUG, INFO, WARNING or ERROR',
        "bad request",
      ],
      [{ query: "backlog=-1" }, 'backlog value "-1" is not a valid unsigned number', "bad request"],
      [{ query: "replay=maybe" }, 'replay value "maybe" is not a valid boolean', "bad request"],
      [{ query: "startTime=soon" }, 'start time "soon" is not valid', "bad request"],
      [
        { query: "firehose=true" },
        "the logs of all models at once are not served",
        "not supported",
      ],
    ];
    for (const [request, message, code] of cases) {
      const received = await frames(controller, request);
      assert.deepEqual(
        received.map((frame) => JSON.parse(frame)),
        [{ error: { message, code } }],
      );
    }
  });

  test("no more logs are read at a time than the controller can serve", async () => {
    const logStreamsMax = 5;
    await using controller = await startTestController(open, { ...usualBounds, logStreamsMax });
    const opened = Array.from({ length: logStreamsMax }, () =>
      frames(controller, { query: "backlog=1" }, 2),
    );
    while (!(await frames(controller, {}))[0]?.includes("are being read"));
    await log(controller, [line(1)]);
    const all = await Promise.all(opened);
    assert.ok(all.every(([first]) => first === "{}\n"));
  });

  test("who reads the log of a model hears when the model is gone", async () => {
    await using controller = await startTestController(open);
    const { removeModel } = await import("#domain/removal/remove-model.ts");
    const { controllerScope } = await import("#domain/scope.ts");
    const login = { tag: "user-rita", password };
    const peer = { address: controller.address, caCertificate: controller.caCertificate, login };
    const signal = AbortSignal.timeout(patienceMs);
    await log(controller, [line(1)]);
    const { promise: isHeard, resolve } = Promise.withResolvers<void>();
    const request = { model: shop, query: new URLSearchParams() };
    const reading = streamLog(peer, request, { take: () => resolve(), signal });
    await isHeard;
    await controller.store.write(controllerScope, (tx) => removeModel(tx, shop));
    await reading;
    assert.equal(signal.aborted, false);
  });

  test("a machine logs for itself and its units, and for nobody else", async () => {
    await using controller = await startTestController(open);
    const entities = [
      "machine-0",
      "unit-mysql-0",
      "unit-gone-7",
      "machine-1",
      "unit-mysql-1",
      "me",
    ];
    await log(
      controller,
      entities.map((entity, index) => line(index + 1, entity)),
    );

    const tags = (await frames(controller, {})).slice(1).map((frame) => JSON.parse(frame).tag);
    assert.deepEqual(tags, [
      "machine-0",
      "unit-mysql-0",
      "unit-gone-7",
      "machine-0",
      "machine-0",
      "machine-0",
    ]);
  });

  test("a machine is told up to which of its lines the controller has them", async () => {
    await using controller = await startTestController(open);
    const sequences = [await log(controller, []), await log(controller, [line(1), line(2)])];
    assert.deepEqual(
      [...sequences, await log(controller, [line(1)]), await log(controller, [])],
      [0, 2, 2, 2],
    );
  });
});
