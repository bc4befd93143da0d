/** Serves Admin: who logs in, and what the controller tells them about itself. */
import { Problem } from "#base/problem.ts";
import { Admin } from "#contract/admin.ts";
import { toTag } from "#contract/tags.ts";
import * as model from "#domain/model/model.ts";
import * as connection from "#domain/user/connection.ts";
import * as user from "#domain/user/user.ts";
import { type Caller, refuseSecondLogin } from "../caller.ts";
import { parseLoginTag } from "../credentials.ts";
import { implement } from "../facade.ts";
import { listOffered } from "../offered.ts";
import { type Session, scopeOf } from "../session.ts";

export default implement(Admin, {
  async Login(session, { "auth-tag": tag, credentials: password }) {
    refuseSecondLogin(session.caller);
    const caller = await identify(session, tag, password);
    await session.logIn(caller);
    await noteArrival(session, caller);
    const { identity } = session.services;
    const { modelUuid } = session;
    return {
      "controller-tag": toTag("controller", identity.uuid),
      "model-tag": modelUuid === undefined ? "" : toTag("model", modelUuid),
      "server-version": identity.version,
      servers: [identity.apiAddresses.map(toHostPort)],
      "public-dns-name": "",
      facades: listOffered({ ...session, caller }),
      "user-info": await describeUser(session, caller),
    };
  },

  async RedirectInfo() {
    throw new Problem("bad request", "not redirected");
  },
});

/** A model that does not exist is told to those who are known to the controller, and to nobody else. */
async function identify(session: Session, tag: string, password: string): Promise<Caller> {
  const { modelUuid, services } = session;
  const login = { ...parseLoginTag(tag), password, modelUuid };
  const caller = await services.credentials.identify(login);
  if (modelUuid === undefined) return caller;
  await services.store.read(modelUuid, model.get);
  if (caller.kind !== "user" || caller.access === "superuser") return caller;
  const access = await services.store.read(modelUuid, (tx) => user.findAccess(tx, caller.name));
  if (access) return caller;
  throw new Problem("unauthorized access", "permission denied");
}

/** Of users; what agents do is known from what they say. */
async function noteArrival(
  { modelUuid, services: { store, clock } }: Session,
  caller: Caller,
): Promise<void> {
  if (modelUuid === undefined || caller.kind !== "user") return;
  const arrival = { user: caller.name, now: clock.now() };
  if (!(await store.read(modelUuid, (tx) => connection.isWorthNoting(tx, arrival)))) return;
  await store.write(modelUuid, (tx) => connection.note(tx, arrival));
}

async function describeUser(session: Session, caller: Caller) {
  if (caller.kind !== "user") return undefined;
  const { name, access } = caller;
  const [found, granted] = await session.services.store.read(scopeOf(session), async (tx) => [
    await user.find(tx, name),
    await user.findAccess(tx, name),
  ]);
  const isAdministrator = access === "superuser" && session.modelUuid !== undefined;
  return {
    "display-name": found?.displayName ?? "",
    identity: toTag("user", name),
    "controller-access": access,
    "model-access": isAdministrator ? "admin" : (granted ?? ""),
  };
}

function toHostPort(address: string) {
  const colon = address.lastIndexOf(":");
  const value = address.slice(0, colon);
  return { value, port: Number(address.slice(colon + 1)), type: "ipv4", scope: "local-cloud" };
}
