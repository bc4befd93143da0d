/** What a unit may know of secrets: the content of those that it may read, and all about its own. */
import { Problem } from "#base/problem.ts";
import type { ReadTransaction } from "#store/database.ts";
import * as leadership from "../leadership/leadership.ts";
import * as relation from "../relation/relation.ts";
import type { Unit } from "../unit/unit.ts";
import * as consumers from "./consumers.ts";
import * as grants from "./grants.ts";
import * as revision from "./revision.ts";
import * as secret from "./secret.ts";

/** A secret that the unit may change. */
export interface Managed {
  readonly secret: secret.Secret;
  readonly revisions: readonly revision.Revision[];
  readonly access: readonly Access[];
}

/** What was granted, to whom, and for which relation. */
interface Access {
  readonly subject: string;
  /** As in `wordpress:db mysql:server`, or undefined where it is for none. */
  readonly relation: string | undefined;
}

/** The unit's own, and if it leads also its application's. */
export async function listManaged(
  tx: ReadTransaction,
  { name, application }: grants.Reader,
): Promise<Managed[]> {
  const leads = (await leadership.findLeader(tx, application)) === name;
  const all = [
    ...(leads ? await secret.list(tx, { kind: "application", name: application }) : []),
    ...(await secret.list(tx, { kind: "unit", name })),
  ];
  return Promise.all(all.map((each) => describe(tx, each)));
}

export async function describe(tx: ReadTransaction, of: secret.Secret): Promise<Managed> {
  return {
    secret: of,
    revisions: await revision.list(tx, [of.id]),
    access: await Promise.all((await grants.list(tx, of.id)).map((each) => toAccess(tx, each))),
  };
}

async function toAccess(tx: ReadTransaction, { subject, relation: id }: grants.Grant) {
  return { subject, relation: (await relation.find(tx, id))?.key };
}

export interface Wanted {
  /** Empty for the one that is called `label`. */
  readonly id: string;
  readonly label: string;
  /** A revision, or which of them. */
  readonly revision: number | "latest" | "the one that it reads";
}

export interface Found {
  readonly revision: revision.Revision;
  /** Whether it is the unit's own or its application's, which its owner gives its label. */
  readonly isOwn: boolean;
  /** What the unit has read so far. */
  readonly consumer: consumers.Consumer | undefined;
}

/** Throws `not found`, and `unauthorized access` for what the unit may not read. */
export async function findContent(
  tx: ReadTransaction,
  reader: Unit,
  { id, label, revision: which }: Wanted,
): Promise<Found> {
  const of = id === "" ? await getLabelled(tx, reader, label) : await secret.get(tx, id);
  const isOwn = grants.isOfOwner(of.owner, reader);
  const consumer = await consumers.find(tx, of.id, reader.name);
  const present = consumer?.revision || of.latest;
  const number = toNumber(which, { present, latest: of.latest });
  const isPast = number < present && !isOwn;
  if (isPast || !(await grants.mayRead(tx, of, reader))) {
    throw new Problem("unauthorized access", "permission denied");
  }
  const found = await revision.find(tx, of.id, number);
  if (found === undefined) {
    throw new Problem("not found", `secret revision "${of.id}/${number}" not found`);
  }
  return { revision: found, consumer, isOwn };
}

/** What was so before a unit read the secret is its owner's business. */
function toNumber(
  which: Wanted["revision"],
  { present, latest }: { readonly present: number; readonly latest: number },
): number {
  if (which === "latest") return latest;
  return which === "the one that it reads" ? present : which;
}

/** What the unit, its application or the unit as a reader calls so, in this order. */
async function getLabelled(
  tx: ReadTransaction,
  { name, application }: Unit,
  label: string,
): Promise<secret.Secret> {
  const owned =
    (await secret.findLabelled(tx, { kind: "unit", name }, label)) ??
    (await secret.findLabelled(tx, { kind: "application", name: application }, label));
  if (owned) return owned;
  const consumer = await consumers.findLabelled(tx, name, label);
  if (consumer) return secret.get(tx, consumer.secret);
  throw new Problem("not found", `secret with label "${label}" not found`);
}
