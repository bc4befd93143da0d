/** Decides who may call what, from what the contract says; no handler runs before that. */
import { Problem } from "#base/problem.ts";
import type { Access } from "#contract/facade.ts";
import { parseTagOf } from "#contract/tags.ts";
import * as model from "#domain/model/model.ts";
import * as unit from "#domain/unit/unit.ts";
import * as user from "#domain/user/user.ts";
import type { Session } from "./session.ts";

interface Rule {
  readonly access: Access;
  readonly on?: string;
}

/**
 * The session for the call: that of the caller, about the model that the call names. Throws
 * `unauthorized access` with Juju's text, `not valid` for what is no tag of a model, and, to users,
 * `not found` for a model that there is not: whoever waits for the end of one asks until then.
 */
export async function authorize(
  session: Session,
  { access, on }: Rule,
  params: unknown,
): Promise<Session> {
  const named = on === undefined ? undefined : String((params as Record<string, unknown>)[on]);
  if (isModelAccess(access)) return aboutModel(session, access, named);
  if (await isAllowed(session, access, named)) return session;
  throw denied();
}

function isModelAccess(access: Access): access is user.ModelAccess {
  return user.modelAccessLevels.some((level) => level === access);
}

function denied(): Problem {
  return new Problem("unauthorized access", "permission denied");
}

/** Only superusers may do what needs access to a model and is about none. */
async function aboutModel(
  session: Session,
  access: user.ModelAccess,
  tag: string | undefined,
): Promise<Session> {
  const { caller, services } = session;
  if (caller.kind !== "user") throw denied();
  const modelUuid = tag === undefined ? session.modelUuid : parseTagOf("model", tag);
  const granted =
    modelUuid !== undefined &&
    (await services.store.read(modelUuid, async (tx) => {
      if (tag === undefined) await model.get(tx);
      else if (!(await model.find(tx, modelUuid))) throw unknownModel(modelUuid);
      return user.findAccess(tx, caller.name);
    }));
  if (!isSuperuser(session) && !(granted && includes(granted, access))) throw denied();
  return { ...session, modelUuid };
}

function unknownModel(uuid: string): Problem {
  return new Problem("not found", `model "${uuid}" not found`);
}

function includes(granted: user.ModelAccess, access: user.ModelAccess): boolean {
  const { modelAccessLevels: levels } = user;
  return levels.indexOf(granted) >= levels.indexOf(access);
}

async function isAllowed(
  session: Session,
  access: Exclude<Access, user.ModelAccess>,
  named: string | undefined,
): Promise<boolean> {
  const { caller } = session;
  switch (access) {
    case "anyone":
      return true;
    case "login":
      return caller.kind !== "nobody";
    case "superuser":
      return isSuperuser(session);
    case "self":
      return isSuperuser(session) || isSelf(session, named);
    case "machine":
      return caller.kind === "machine";
    case "unit":
      return caller.kind === "machine" && (await isOnMachine(session, caller.id, named ?? ""));
  }
}

function isSuperuser({ caller }: Session): boolean {
  return caller.kind === "user" && caller.access === "superuser";
}

/** Nobody named is oneself. */
function isSelf({ caller }: Session, tag: string | undefined): boolean {
  if (caller.kind !== "user") return false;
  return tag === undefined || tag === "" || tag === `user-${caller.name}`;
}

async function isOnMachine(
  { modelUuid, services }: Session,
  machine: string,
  name: string,
): Promise<boolean> {
  if (modelUuid === undefined) return false;
  const found = await services.store.read(modelUuid, (tx) => unit.find(tx, name));
  return found?.machine === machine;
}
