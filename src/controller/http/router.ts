/** Finds the route that a request is for, checks access, and lets it answer. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Problem } from "#base/problem.ts";
import { type Route, type RouteName, routes } from "#contract/routes.ts";
import { parseTag } from "#contract/tags.ts";
import { authorize } from "../authorize.ts";
import type { Caller, Services, Session } from "../session.ts";
import { downloadBinary, uploadBinary } from "./binaries.ts";
import { downloadCharm, uploadCharm } from "./charms.ts";
import { answerError, type Exchange, type Handler } from "./exchange.ts";

const handlers: Readonly<Record<RouteName, Handler>> = {
  async health({ response }) {
    response.writeHead(200, { "Content-Type": "text/plain" });
    response.end("running\n");
  },
  downloadCharm,
  uploadCharm,
  putCharm: uploadCharm,
  downloadBinary,
  downloadAnyBinary: downloadBinary,
  uploadBinary,
  uploadAnyBinary: uploadBinary,
};

const nobody: Caller = { kind: "nobody" };
const exchangesMax = 64;

/** Answers requests, a bounded number of them at a time. */
export function makeRouter(services: Services) {
  let underWay = 0;
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const exchange = toExchange(services, request, response);
    underWay++;
    try {
      if (underWay > exchangesMax) {
        throw new Problem("try again", `more than ${exchangesMax} requests are under way`);
      }
      await serve(exchange);
    } catch (error) {
      answerError(exchange, error);
    } finally {
      underWay--;
    }
  };
}

function toExchange(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
): Exchange {
  const url = new URL(request.url ?? "/", "https://controller");
  const stop = new AbortController();
  response.once("close", () => stop.abort());
  const session: Session = {
    ...{ services, modelUuid: undefined, caller: nobody, watchers: new Map() },
    logIn: async () => {},
    nextWatcherId: () => 0,
    signal: stop.signal,
  };
  return { session, request, response, parts: { path: url.pathname }, query: url.searchParams };
}

async function serve(exchange: Exchange): Promise<void> {
  const { request, parts } = exchange;
  const path = parts.path ?? "";
  const fitting = Object.entries(routes).flatMap(([name, route]) => {
    const found = match(route.path, path);
    return found ? [{ name: name as RouteName, route, found }] : [];
  });
  if (fitting.length === 0) throw new Problem("not found", `there is nothing at ${path}`);
  const chosen = fitting.find(({ route }) => route.method === request.method);
  if (chosen === undefined) {
    throw new Problem("method not allowed", `unsupported method: "${request.method}"`);
  }
  const session = await admit(exchange, chosen.route, chosen.found.model);
  await handlers[chosen.name]({ ...exchange, session, parts: chosen.found });
}

/** The parts that stand for names in the pattern, or undefined when the path does not fit. */
function match(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const source = pattern.replaceAll(/:(\w+)/g, "(?<$1>[^/]+)");
  const found = new RegExp(`^${source}$`).exec(path);
  return found ? { ...found.groups } : undefined;
}

async function admit(
  { session, request }: Exchange,
  { access }: Route,
  modelUuid: string | undefined,
): Promise<Session> {
  if (access.includes("anyone")) return { ...session, modelUuid };
  const caller = await identify(session, request.headers.authorization, modelUuid);
  const identified = { ...session, modelUuid, caller };
  for (const level of access) {
    const isAllowed = await authorize(identified, { access: level }, {}).then(
      () => true,
      () => false,
    );
    if (isAllowed) return identified;
  }
  throw new Problem("unauthorized access", "permission denied");
}

/** The user name of Basic authentication is a tag, as in `user-admin`. */
async function identify(
  { services }: Session,
  authorization: string | undefined,
  modelUuid: string | undefined,
): Promise<Caller> {
  const [scheme, encoded = ""] = (authorization ?? "").split(" ");
  if (scheme !== "Basic") throw new Problem("unauthorized access", "no credentials provided");
  const [tag = "", ...password] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  const wrong = new Problem("unauthorized access", "invalid entity name or password");
  if (!/^(?:user|machine)-./.test(tag)) throw wrong;
  const { kind, id } = parseTag(tag);
  const login = { kind: kind === "machine" ? kind : ("user" as const), id, modelUuid };
  return services.credentials.identify({ ...login, password: password.join(":") });
}
