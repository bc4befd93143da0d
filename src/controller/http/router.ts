/** Finds the route that a request is for, checks access, and lets it answer. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { isProblem, Problem } from "#base/problem.ts";
import type { Access } from "#contract/facade.ts";
import { type Route, type RouteName, routes } from "#contract/routes.ts";
import { authorize } from "../authorize.ts";
import type { Bounds } from "../bounds.ts";
import type { Caller } from "../caller.ts";
import { parseLoginTag } from "../credentials.ts";
import type { Services, Session } from "../session.ts";
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
      const session = await admit(exchange, chosen.route, chosen.parts.model);
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
  const session: Session = {
    ...{ services, modelUuid: undefined, caller: nobody, watchers: new Map() },
    logIn: async () => {},
    nextWatcherId: () => 0,
    signal: stop.signal,
  };
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
    return parts ? [{ name: name as RouteName, route, parts }] : [];
  });
  if (fitting.length === 0) throw new Problem("not found", `there is nothing at ${path}`);
  const chosen = fitting.find(({ route }) => route.method === request.method);
  if (chosen) return chosen;
  throw new Problem("method not allowed", `unsupported method: "${request.method}"`);
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
    if (await may(identified, level)) return identified;
  }
  throw new Problem("unauthorized access", "permission denied");
}

/** What keeps us from knowing is no refusal. */
async function may(session: Session, access: Access): Promise<boolean> {
  try {
    await authorize(session, { access }, {});
    return true;
  } catch (error) {
    if (isProblem(error, "unauthorized access")) return false;
    throw error;
  }
}

/** The user name of Basic authentication is a tag, as in `user-admin`. */
async function identify(
  { services }: Session,
  authorization: string | undefined,
  modelUuid: string | undefined,
): Promise<Caller> {
  const [scheme, encoded = ""] = (authorization ?? "").split(" ");
  if (scheme?.toLowerCase() !== "basic")
    throw new Problem("unauthorized access", "no credentials provided");
  const [tag = "", ...password] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  const login = { ...parseLoginTag(tag), password: password.join(":"), modelUuid };
  return services.credentials.identify(login);
}
