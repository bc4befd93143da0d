/**
 * What units get of storage: with their making, with a new charm, and when somebody asks for more.
 */
import { Problem } from "#base/problem.ts";
import type { Charm } from "#charm/charm.ts";
import { checkRequest, getStore } from "#charm/storage-request.ts";
import type { Transaction } from "#store/database.ts";
import * as charm from "../charm/charm.ts";
import * as status from "../status/status.ts";
import * as unit from "../unit/unit.ts";
import {
  type Constraint,
  type Constraints,
  completeOne,
  type Directive,
  listOf,
} from "./constraints.ts";
import * as pool from "./pool.ts";
import * as storage from "./storage.ts";

type Place = Pick<unit.Unit, "name" | "machine">;

interface Request {
  readonly constraints: Constraints;
  readonly now: Temporal.Instant;
}

/** Gives the unit what the constraints say, as far as it does not have it; returns the new ids. */
export async function provide(
  tx: Transaction,
  to: Place,
  { constraints, now }: Request,
): Promise<string[]> {
  const held = await storage.listHeld(tx, to.name);
  const added: string[] = [];
  for (const [store, constraint] of Object.entries(constraints)) {
    const present = held.filter((each) => each.instance.store === store && isKept(each)).length;
    const missing = { ...constraint, count: constraint.count - present };
    added.push(...(await addInstances(tx, to, { store, constraint: missing, now })));
  }
  return added;
}

function isKept({ attachment, instance }: storage.Held): boolean {
  return attachment.life === "alive" && instance.life === "alive";
}

interface Addition {
  readonly store: string;
  readonly constraint: Constraint;
  readonly now: Temporal.Instant;
}

async function addInstances(
  tx: Transaction,
  { name, machine }: Place,
  { store, constraint, now }: Addition,
): Promise<string[]> {
  const { count, pool: poolName, sizeMib } = constraint;
  if (count <= 0) return [];
  const { provider } = await pool.get(tx, poolName);
  const bound = pool.isDetachable(provider) ? "" : machine;
  const added: string[] = [];
  for (let index = 0; index < count; index++) {
    const wanted = { store, owner: name, pool: poolName, provider, sizeMib, machine: bound, now };
    const id = await storage.add(tx, wanted);
    await storage.attach(tx, { storage: id, unit: name });
    added.push(id);
  }
  return added;
}

export interface More {
  readonly unit: string;
  readonly store: string;
  readonly directive: Directive;
  readonly now: Temporal.Instant;
}

/** Gives a unit more of a store; returns the new ids. Throws `not valid` for what cannot be. */
export async function addMore(tx: Transaction, more: More): Promise<string[]> {
  const { unit: name, store, directive, now } = more;
  const subject = `cannot add storage "${store}" to unit "${name}"`;
  const { to, content } = await getAlive(tx, name, subject);
  const declared = getStore(content.metadata, store);
  const known = (await listOf(tx, to.application))[store];
  const own = known ? { pool: known.pool, size: known.sizeMib } : {};
  const asked = Object.fromEntries(Object.entries(directive).filter(([, value]) => value));
  const constraint = await completeOne(tx, declared, { ...own, count: 1, ...asked });
  if (constraint.count < 1) throw new Problem("not valid", `${subject}: count must be at least 1`);
  await refuseUnfit(tx, to, {
    content,
    store,
    sizeMib: constraint.sizeMib,
    more: constraint.count,
  });
  return addInstances(tx, to, { store, constraint, now });
}

export interface Attaching {
  readonly unit: string;
  readonly storage: string;
  readonly now: Temporal.Instant;
}

/** Gives a unit storage that no other has. Throws `not valid` for what cannot be. */
export async function attachTo(
  tx: Transaction,
  { unit: name, storage: id, now }: Attaching,
): Promise<void> {
  const subject = `cannot attach storage "${id}" to unit "${name}"`;
  const { to, content } = await getAlive(tx, name, subject);
  const found = await storage.get(tx, id);
  if (found.life !== "alive") throw new Problem("not valid", `${subject}: it is being removed`);
  const [holder] = await storage.listAttachments(tx, { storage: id });
  if (holder) {
    const code = holder.unit === name ? "already exists" : "not valid";
    throw new Problem(code, `${subject}: it is attached to unit "${holder.unit}"`);
  }
  const { store, sizeMib } = found;
  await refuseUnfit(tx, to, { content, store, sizeMib, more: 1 });
  await storage.change(tx, id, { owner: name });
  await storage.attach(tx, { storage: id, unit: name });
  const entity = status.entities.filesystem(found.filesystem);
  await status.set(tx, { entity, status: "attaching", now });
}

async function getAlive(tx: Transaction, name: string, subject: string) {
  const to = await unit.get(tx, name);
  if (to.life !== "alive") throw new Problem("not valid", `${subject}: the unit is being removed`);
  const { content } = await charm.get(tx, to.desiredCharm);
  return { to, content };
}

interface Wish {
  readonly content: Charm;
  readonly store: string;
  readonly sizeMib: number;
  readonly more: number;
}

/** Throws `not valid` and `not supported` for what the charm does not allow beside what there is. */
async function refuseUnfit(
  tx: Transaction,
  { name }: Place,
  { content, store, sizeMib, more }: Wish,
): Promise<void> {
  const declared = getStore(content.metadata, store);
  const subject = `charm "${content.metadata.name}" store "${store}"`;
  const held = await storage.listHeld(tx, name);
  const present = held.filter((each) => each.instance.store === store && isKept(each)).length;
  const count = present + more;
  const least = Math.min(declared.countMin, count);
  checkRequest(subject, { ...declared, countMin: least }, { sizeMib, count });
}
