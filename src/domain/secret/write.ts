/**
 * What a hook has written about secrets, in the order in which it wrote it.
 *
 * A unit changes what is its own, and its leader what is the application's. What it has read is
 * written down as well; whoever may read a secret no more, or whose secret has gone in the meantime,
 * has read nothing, for that is no fault of the hook.
 */
import { Problem } from "#base/problem.ts";
import { nextRotation, type Rotation } from "#charm/secret.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as relation from "../relation/relation.ts";
import * as unit from "../unit/unit.ts";
import * as consumers from "./consumers.ts";
import * as grants from "./grants.ts";
import * as revision from "./revision.ts";
import * as secret from "./secret.ts";

/** What is left out stays as it is. */
interface Described {
  readonly label?: string | undefined;
  readonly description?: string | undefined;
  readonly rotation?: Rotation | undefined;
  /** Of the latest revision. */
  readonly expires?: string | undefined;
}

interface Create extends Described {
  readonly kind: "create";
  readonly id: string;
  readonly owner: "application" | "unit";
  readonly content: revision.Content;
}

interface Update extends Described {
  readonly kind: "update";
  readonly id: string;
  /** Makes a new revision, unless the latest says the same. */
  readonly content: revision.Content | undefined;
}

interface Consume {
  readonly kind: "consume";
  readonly id: string;
  /** 0 for the one that is the latest now. */
  readonly revision: number;
  readonly label: string | undefined;
}

interface Grant {
  readonly kind: "grant";
  readonly id: string;
  readonly relation: number;
  /** Empty for all units of the related application. */
  readonly unit: string;
}

interface Revoke {
  readonly kind: "revoke";
  readonly id: string;
  /** Without it, whatever it was granted for. */
  readonly relation: number | undefined;
  /** Empty for the one that is related. */
  readonly application: string;
  /** Empty for the application and all of its units. */
  readonly unit: string;
}

interface Remove {
  readonly kind: "remove";
  readonly id: string;
  /** 0 for all of them. */
  readonly revision: number;
}

export type Write = Create | Update | Consume | Grant | Revoke | Remove;

interface Writer {
  readonly writer: unit.Unit;
  readonly now: Temporal.Instant;
}

/** Throws `not found`, `already exists`, and `unauthorized access` for what is not the unit's own. */
export async function write(tx: Transaction, by: Writer, written: Write): Promise<void> {
  if (written.kind === "create") return create(tx, by, written);
  if (written.kind === "consume") return consume(tx, by, written);
  return manage(tx, by, written);
}

async function manage(
  tx: Transaction,
  by: Writer,
  written: Exclude<Write, Create | Consume>,
): Promise<void> {
  const of = await secret.find(tx, written.id);
  if (of === undefined && isRemoved(written)) return;
  if (of === undefined) throw secret.notFound(written.id);
  await grants.refuseStranger(tx, of, by.writer);
  switch (written.kind) {
    case "update":
      return update(tx, of, { ...written, now: by.now });
    case "grant":
      return grant(tx, by, written);
    case "revoke":
      return revoke(tx, by, written);
    case "remove":
      if (written.revision === 0) return secret.remove(tx, of.id);
      return revision.remove(tx, of.id, written.revision);
  }
}

/** What is to go altogether may have gone already, as with its last revision a moment before. */
function isRemoved(written: Write): boolean {
  return written.kind === "remove" && written.revision === 0;
}

async function create(
  tx: Transaction,
  { writer, now }: Writer,
  { id, owner: kind, content, label = "", description = "", rotation = "never", expires }: Create,
): Promise<void> {
  const owner = { kind, name: kind === "unit" ? writer.name : writer.application };
  const isManaged = await grants.mayManage(tx, { owner }, writer);
  if (!isManaged) {
    const message = `cannot add a secret of application "${owner.name}": this unit is not the leader`;
    throw new Problem("unauthorized access", message);
  }
  await secret.add(tx, {
    ...{ id, owner, label, description, rotation, now, isAutoPruned: false },
    rotates: nextRotation(rotation, now)?.toString() ?? null,
  });
  await revision.add(tx, id, { content, expires: expires ?? null, now });
}

type Change = Omit<Update, "kind" | "id"> & {
  readonly isAutoPruned?: boolean | undefined;
  readonly now: Temporal.Instant;
};

/** Makes a new revision if there is new content, and changes what is given. */
export async function update(
  tx: Transaction,
  of: secret.Secret,
  { content, expires, rotation, now, ...rest }: Change,
): Promise<void> {
  const isNewRotation = rotation !== undefined && rotation !== of.rotation;
  const rotates = isNewRotation ? (nextRotation(rotation, now)?.toString() ?? null) : undefined;
  const change = { ...rest, rotation, rotates };
  if (Object.values(change).some((each) => each !== undefined)) {
    await secret.change(tx, of, { ...change, now });
  }
  if (content && (await isNew(tx, of, content))) {
    await revision.add(tx, of.id, { content, expires: expires ?? null, now });
  } else if (expires !== undefined) {
    await revision.setExpiry(tx, of, { expires, now });
  }
  await consumers.afterMove(tx, await secret.get(tx, of.id));
}

async function isNew(
  tx: ReadTransaction,
  { id, latest }: secret.Secret,
  content: revision.Content,
): Promise<boolean> {
  const present = await revision.find(tx, id, latest);
  return present?.fingerprint !== content.fingerprint;
}

async function consume(tx: Transaction, { writer }: Writer, read: Consume): Promise<void> {
  const of = await secret.find(tx, read.id);
  if (of === undefined || !(await grants.mayRead(tx, of, writer))) return;
  const which = read.revision === 0 ? of.latest : Math.min(read.revision, of.latest);
  const { label } = read;
  const consumer = {
    unit: writer.name,
    revision: which,
    ...(label === undefined ? {} : { label }),
  };
  await consumers.consume(tx, of, consumer);
}

/** Throws `not found` for a relation that the unit has no part in, or a unit that is not in it. */
async function grant(
  tx: Transaction,
  { writer }: Writer,
  { id, relation: relationId, unit: to }: Grant,
): Promise<void> {
  const related = await findRelated(tx, writer, relationId);
  if (related === undefined) throw new Problem("not found", `relation ${relationId} not found`);
  if (to !== "" && (await unit.find(tx, to))?.application !== related) {
    throw new Problem("not found", `unit "${to}" in relation ${relationId} not found`);
  }
  await grants.grant(tx, { secret: id, subject: to || related, relation: relationId });
}

async function revoke(
  tx: Transaction,
  { writer }: Writer,
  { id, relation: relationId, application, unit: from }: Revoke,
): Promise<void> {
  const related = relationId === undefined ? "" : await findRelated(tx, writer, relationId);
  const to = application || related || "";
  await grants.revoke(tx, id, (each) => {
    const isFor = relationId === undefined || each.relation === relationId;
    if (!isFor) return false;
    return from === "" ? isOf(each.subject, to) : each.subject === from;
  });
}

/** The application, or one of its units. */
function isOf(subject: string, application: string): boolean {
  return subject === application || subject.startsWith(`${application}/`);
}

/** The application at the other end, which among peers is the unit's own. */
async function findRelated(
  tx: ReadTransaction,
  { application }: unit.Unit,
  id: number,
): Promise<string | undefined> {
  const found = await relation.find(tx, id);
  const applications = found?.endpoints.map((endpoint) => endpoint.application) ?? [];
  if (!applications.includes(application)) return undefined;
  return applications.find((each) => each !== application) ?? application;
}

/** How long until a charm is asked again that has not rotated its secret. */
const rotateAgain = Temporal.Duration.from({ minutes: 5 });

/** The hook has run that says that it is time, when `revision` was the latest. */
export async function noteRotated(
  tx: Transaction,
  { writer, now }: Writer,
  { id, revision: before }: { readonly id: string; readonly revision: number },
): Promise<void> {
  const of = await secret.find(tx, id);
  if (of === undefined || of.rotates === null) return;
  if (!(await grants.mayManage(tx, of, writer))) return;
  const next = of.latest === before ? now.add(rotateAgain) : nextRotation(of.rotation, now);
  await secret.change(tx, of, { rotates: next?.toString() ?? null, now });
}
