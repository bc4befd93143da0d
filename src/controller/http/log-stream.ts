/**
 * Logs over a websocket, as Juju's clients ask for them with `debug-log`.
 *
 * The first message is `{}`, or an error; then comes one for each line. Whoever reads slowly is sent
 * the next lines once they have read those before, so that nothing piles up for them.
 */
import type { IncomingMessage } from "node:http";
import type { WebSocket } from "ws";
import { isLogLevel, type LogLevel } from "#base/log.ts";
import { messageOf, Problem } from "#base/problem.ts";
import { routes } from "#contract/routes.ts";
import type { Filter } from "#domain/log/filter.ts";
import type { Line } from "#domain/log/log.ts";
import { read } from "#domain/log/read.ts";
import * as model from "#domain/model/model.ts";
import { controllerScope } from "#domain/scope.ts";
import { toWireError } from "#rpc/server.ts";
import type { Bounds } from "../bounds.ts";
import type { Services } from "../session.ts";
import { admit, anonymous } from "./admit.ts";

/** What Juju shows of what is there when somebody does not say how much. */
const usualBacklog = 10;

interface Asked {
  readonly filter: Filter;
  /** Undefined for all that is there. */
  readonly backlog: number | undefined;
  readonly follows: boolean;
  readonly linesMax: number;
}

interface Serving {
  readonly services: Services;
  readonly bounds: Bounds;
  readonly request: IncomingMessage;
  readonly model: string;
  /** How many are served, this one included. */
  readonly count: number;
}

/** Serves one stream until it ends, or the peer does. */
export async function serveLog(socket: WebSocket, serving: Serving): Promise<void> {
  const { log } = serving.services;
  const stop = new AbortController();
  socket.on("error", (error) => log.write("DEBUG", `log stream: ${error.message}`));
  socket.on("close", () => stop.abort());
  try {
    const asked = await accept(serving, stop.signal);
    await send(socket, ["{}\n"]);
    await serveLines(socket, { ...asked, serving }, stop);
  } catch (error) {
    const said = { error: toWireError(error, log) };
    if (!stop.signal.aborted) await send(socket, [`${JSON.stringify(said)}\n`]);
  } finally {
    stop.abort();
    socket.close();
  }
}

interface Lines extends Asked {
  readonly serving: Serving;
}

/** Behind the first message nobody expects an error; whoever is cut off may ask again. */
async function serveLines(socket: WebSocket, lines: Lines, stop: AbortController): Promise<void> {
  const { serving } = lines;
  const gone = untilGone(serving, stop.signal).finally(() => stop.abort());
  gone.catch(() => {}); // whoever waits for it below hears of it
  try {
    await sendLines(socket, lines, stop.signal);
    stop.abort();
    await gone;
  } catch (error) {
    serving.services.log.write("WARNING", `a log cannot be read on: ${messageOf(error)}`);
    stop.abort();
    socket.terminate();
    await gone.catch(() => {});
  }
}

/** Throws `unauthorized access`, `not valid` for what cannot be asked, and `try again` for one too many. */
async function accept(
  { services, bounds, request, model: uuid, count }: Serving,
  signal: AbortSignal,
): Promise<Asked> {
  const { authorization } = request.headers;
  await admit(anonymous(services, signal), routes.log, { authorization, parts: { model: uuid } });
  if (count > bounds.logStreamsMax)
    throw new Problem("try again", `more than ${bounds.logStreamsMax} logs are being read`);
  return parseQuery(new URL(request.url ?? "", "wss://controller").searchParams);
}

async function sendLines(
  socket: WebSocket,
  { serving, filter, backlog, follows, linesMax }: Lines,
  signal: AbortSignal,
): Promise<void> {
  let rest = linesMax;
  const pages = read(
    serving.services.store,
    { model: serving.model, filter, backlog, follows },
    signal,
  );
  for await (const page of pages) {
    const lines = page.slice(0, rest);
    await send(
      socket,
      lines.map((line) => `${JSON.stringify(toRecord(line))}\n`),
    );
    rest -= lines.length;
    if (rest <= 0) return;
  }
}

/** Resolves when the peer's side has taken all of it, or when the connection has ended. */
function send(socket: WebSocket, texts: readonly string[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const [index, text] of texts.entries()) {
    socket.send(text, index === texts.length - 1 ? () => resolve() : undefined);
  }
  if (texts.length === 0) resolve();
  return promise;
}

/** Resolves when there is no such model any more, or `signal` aborts. */
async function untilGone(
  { services: { store, feed }, model: uuid }: Serving,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const since = await store.latestChange(uuid);
    const found = await store.read(controllerScope, (tx) => model.find(tx, uuid));
    if (found === undefined) return;
    await feed.changed({ model: uuid, since, topics: new Set() }, signal);
  }
}

function toRecord({ entity, time, level, module, location, message }: Line) {
  const ts = Temporal.Instant.fromEpochMilliseconds(time).toString({ fractionalSecondDigits: 3 });
  return { tag: entity, ts, sev: level, mod: module, loc: location, msg: message };
}

/** As Juju reads it: what is left out or empty is not asked for. */
function parseQuery(query: URLSearchParams): Asked {
  const startTime = query.get("startTime") ?? "";
  const replays = isTrue(query, "replay") || startTime !== "";
  if (isTrue(query, "firehose"))
    throw new Problem("not supported", "the logs of all models at once are not served");
  return {
    backlog: replays ? undefined : (countOf(query, "backlog") ?? usualBacklog),
    follows: !isTrue(query, "noTail"),
    linesMax: countOf(query, "maxLines") || Number.POSITIVE_INFINITY,
    filter: {
      level: parseLevel(query.get("level") ?? ""),
      from: startTime === "" ? undefined : parseTime(startTime),
      includeEntity: query.getAll("includeEntity"),
      excludeEntity: query.getAll("excludeEntity"),
      includeModule: query.getAll("includeModule"),
      excludeModule: query.getAll("excludeModule"),
      includeLabels: query.getAll("includeLabels"),
    },
  };
}

function isTrue(query: URLSearchParams, name: string): boolean {
  const value = (query.get(name) ?? "").toLowerCase();
  if (["", "0", "f", "false"].includes(value)) return false;
  if (["1", "t", "true"].includes(value)) return true;
  throw new Problem("bad request", `${name} value "${value}" is not a valid boolean`);
}

/** Undefined if it is left out. */
function countOf(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name) ?? "";
  if (value === "") return undefined;
  if (/^\d{1,20}$/.test(value)) return Number(value);
  throw new Problem("bad request", `${name} value "${value}" is not a valid unsigned number`);
}

function parseLevel(text: string): LogLevel {
  if (text === "") return "TRACE";
  const level = text.toUpperCase();
  if (isLogLevel(level)) return level;
  const known = "one of TRACE, DEBUG, INFO, WARNING or ERROR";
  throw new Problem("bad request", `level value "${text}" is not ${known}`);
}

function parseTime(text: string): number {
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch (error) {
    throw new Problem("bad request", `start time "${text}" is not valid`, { cause: error });
  }
}
