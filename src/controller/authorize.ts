/** Decides who may call what, from what the contract says; no handler runs before that. */
import { Problem } from "#base/problem.ts";
import type { Access } from "#contract/facade.ts";
import { parseTagOf } from "#contract/tags.ts";
import * as unit from "#domain/unit/unit.ts";
import * as user from "#domain/user/user.ts";
import type { Session } from "./session.ts";

interface Rule {
  readonly access: Access;
  readonly on?: string;
}

/**
 * The session for the call: that of the caller, about the model that the call names. Throws
 * `unauthorized access` with Juju's text, whether or not what is named exists.
 */
export async function authorize(
  session: Session,
  { access, on }: Rule,
  params: unknown,
): Promise<Session> {
  const named = on === undefined ? undefined : String((params as Record<string, unknown>)[on]);
  if (await isAllowed(session, access, named)) return aboutModel(session, access, named);
  throw new Problem("unauthorized access", "permission denied");
}

async function isAllowed(
  session: Session,
  access: Access,
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
    case "read":
    case "write":
    case "admin":
      return isSuperuser(session) || (await hasModelAccess(session, access, named));
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

async function hasModelAccess(
  { caller, modelUuid, services }: Session,
  access: user.ModelAccess,
  tag: string | undefined,
): Promise<boolean> {
  if (caller.kind !== "user") return false;
  const model = tag === undefined ? modelUuid : toModelUuid(tag);
  if (model === undefined) return false;
  const granted = await services.store.read(model, (tx) => user.findAccess(tx, caller.name));
  const { modelAccessLevels: levels } = user;
  return granted !== undefined && levels.indexOf(granted) >= levels.indexOf(access);
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

/** A call that names a model is about that one. Throws `not valid` for what is no tag of a model. */
function aboutModel(session: Session, access: Access, tag: string | undefined): Session {
  const isModelAccess = access === "read" || access === "write" || access === "admin";
  if (!isModelAccess || tag === undefined) return session;
  return { ...session, modelUuid: parseTagOf("model", tag) };
}

function toModelUuid(tag: string): string | undefined {
  return tag.startsWith("model-") ? tag.slice("model-".length) : undefined;
}
