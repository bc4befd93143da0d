/** Who sends a plain request, or asks for a websocket with one, and whether they may. */
import { isProblem, Problem } from "#base/problem.ts";
import type { Access } from "#contract/facade.ts";
import type { Route } from "#contract/routes.ts";
import { authorize } from "../authorize.ts";
import type { Caller } from "../caller.ts";
import { parseLoginTag } from "../credentials.ts";
import type { Services, Session } from "../session.ts";

const nobody: Caller = { kind: "nobody" };

/** The session of a request; nobody is known to have sent it yet. */
export function anonymous(services: Services, signal: AbortSignal): Session {
  return {
    ...{
      services,
      modelUuid: undefined,
      caller: nobody,
      watchers: new Map(),
      connection: {},
      signal,
    },
    logIn: async () => {},
    nextWatcherId: () => 0,
  };
}

interface Request {
  /** The header of that name. */
  readonly authorization: string | undefined;
  /** What the path names: the model above all. */
  readonly parts: Readonly<Record<string, string>>;
}

/** The session of whoever has sent it. Throws `unauthorized access`. */
export async function admit(
  session: Session,
  { access, on }: Pick<Route, "access" | "on">,
  { authorization, parts }: Request,
): Promise<Session> {
  const { model: modelUuid } = parts;
  if (access.includes("anyone")) return { ...session, modelUuid };
  const caller = await identify(session, authorization, modelUuid);
  const identified = { ...session, modelUuid, caller };
  for (const level of access) {
    if (await may(identified, { access: level, ...(on === undefined ? {} : { on }) }, parts))
      return identified;
  }
  throw new Problem("unauthorized access", "permission denied");
}

/** What keeps us from knowing is no refusal. */
async function may(
  session: Session,
  rule: { readonly access: Access; readonly on?: string },
  parts: Request["parts"],
): Promise<boolean> {
  try {
    await authorize(session, rule, parts);
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
