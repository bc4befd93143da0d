/** Finds the route that a request is for, checks access, and lets it answer. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Problem } from "#base/problem.ts";
import { type Route, type RouteName, routes } from "#contract/routes.ts";
import { parseTagOf } from "#contract/tags.ts";
import type { Bounds } from "../bounds.ts";
import type { Services } from "../session.ts";
import { admit, anonymous } from "./admit.ts";
import { downloadBinary, uploadBinary } from "./binaries.ts";
import { downloadCharm, downloadCharmByHash, uploadCharm } from "./charms.ts";
import { answerError, type Exchange, type Handler } from "./exchange.ts";
import { downloadResource, downloadUnitResource, uploadResource } from "./resources.ts";

const handlers: Readonly<Record<RouteName, Handler>> = {
  async health({ response }) {
    response.writeHead(200, { "Content-Type": "text/plain" });
    response.end("running\n");
  },
  downloadCharm,
  uploadCharm,
  putCharm: uploadCharm,
  downloadCharmByHash,
  downloadResource,
  uploadResource,
  downloadUnitResource,
  downloadBinary,
  downloadAnyBinary: downloadBinary,
  uploadBinary,
  uploadAnyBinary: uploadBinary,
  log: refuseWithoutWebSocket,
};

async function refuseWithoutWebSocket(): Promise<void> {
  throw new Problem("bad request", "a log is served over a websocket");
}

/** Answers requests, a bounded number of them at a time; a sign of life is given in any case. */
export function makeRouter(services: Services, bounds: Bounds) {
  let underWay = 0;
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const exchange = toExchange({ services, bounds }, request, response);
    underWay++;
    try {
      const chosen = choose(exchange);
      if (underWay > bounds.exchangesMax && chosen.name !== "health") {
        const message = `more than ${bounds.exchangesMax} requests are under way`;
        throw new Problem("try again", message);
      }
      const session = await admit(exchange.session, chosen.route, {
        authorization: request.headers.authorization,
        parts: chosen.parts,
      });
      await handlers[chosen.name]({ ...exchange, session, parts: chosen.parts });
    } catch (error) {
      answerError(exchange, error);
    } finally {
      underWay--;
    }
  };
}

function toExchange(
  { services, bounds }: { readonly services: Services; readonly bounds: Bounds },
  request: IncomingMessage,
  response: ServerResponse,
): Exchange {
  const [path = "", ...query] = (request.url ?? "").split("?");
  const stop = new AbortController();
  response.once("close", () => stop.abort());
  const session = anonymous(services, stop.signal);
  const search = new URLSearchParams(query.join("?"));
  return { session, bounds, request, response, parts: { path }, query: search };
}

interface Chosen {
  readonly name: RouteName;
  readonly route: Route;
  readonly parts: Readonly<Record<string, string>>;
}

/** Throws `not found` and `method not allowed`. */
function choose({ request, parts: { path = "" } }: Exchange): Chosen {
  const fitting = Object.entries(routes).flatMap(([name, route]) => {
    const parts = match(route.path, path);
    return parts ? [{ name: name as RouteName, route, parts: named(parts) }] : [];
  });
  if (fitting.length === 0) throw new Problem("not found", `there is nothing at ${path}`);
  const chosen = fitting.find(({ route }) => route.method === request.method);
  if (chosen) return chosen;
  throw new Problem("method not allowed", `unsupported method: "${request.method}"`);
}

/** A unit is named by its tag. Throws `not valid` for what is none. */
function named(parts: Chosen["parts"]): Chosen["parts"] {
  return parts.unit === undefined ? parts : { ...parts, unit: parseTagOf("unit", parts.unit) };
}

/** The parts that stand for names in the pattern, or undefined when the path does not fit. */
function match(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const source = pattern.replaceAll(/:(\w+)/g, "(?<$1>[^/]+)");
  const found = new RegExp(`^${source}$`).exec(path);
  if (found === null) return undefined;
  const parts = Object.entries(found.groups ?? {}).map(([name, part]) => [name, decode(part)]);
  return Object.fromEntries(parts);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    throw new Problem("bad request", `"${part}" is not encoded as a URL is`, { cause: error });
  }
}
