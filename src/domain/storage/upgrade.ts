/**
 * Storage when a charm is upgraded: what must stay as it was, and what units get beside it.
 *
 * What units have goes on under the new charm, so a store may only become more than it was.
 */
import { Problem } from "#base/problem.ts";
import type { Charm } from "#charm/charm.ts";
import type { Storage } from "#charm/storage.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as unit from "../unit/unit.ts";
import * as constraints from "./constraints.ts";
import * as storage from "./storage.ts";
import { provide } from "./unit-storage.ts";

export interface StorageUpgrade {
  readonly application: string;
  readonly from: Charm;
  readonly to: Charm;
  /** What somebody asks for with the new charm, for instances that come from now on. */
  readonly given: constraints.Directives;
}

/** Throws `not valid`, with Juju's texts, for a charm that units could not go on with. */
export async function checkStores(
  tx: ReadTransaction,
  { application, from, to }: Omit<StorageUpgrade, "given">,
): Promise<void> {
  const used = await listUsed(tx, application);
  for (const old of Object.values(from.metadata.storage)) {
    const kept = Object.hasOwn(to.metadata.storage, old.name)
      ? to.metadata.storage[old.name]
      : undefined;
    const complaint = kept ? findChange(old, kept) : findLoss(old, used);
    if (complaint !== undefined) throw new Problem("not valid", complaint);
  }
}

/** The stores that units of the application have anything of. */
async function listUsed(tx: ReadTransaction, application: string): Promise<ReadonlySet<string>> {
  const held = (await storage.listAttachments(tx)).filter(({ unit: name }) =>
    name.startsWith(`${application}/`),
  );
  return new Set(held.map(({ storage: id }) => id.slice(0, id.lastIndexOf("/"))));
}

function findLoss({ name, countMin }: Storage, used: ReadonlySet<string>): string | undefined {
  if (countMin > 0) return `required storage "${name}" removed`;
  return used.has(name) ? `in-use storage "${name}" removed` : undefined;
}

function findChange(old: Storage, to: Storage): string | undefined {
  const subject = `existing storage "${old.name}"`;
  const quoted = (value: string) => JSON.stringify(value);
  const facts = [
    ["type", quoted(old.type), quoted(to.type)],
    ["shared", `${old.shared}`, `${to.shared}`],
    ["read-only", `${old.readOnly}`, `${to.readOnly}`],
    ["location", quoted(old.location), quoted(to.location)],
  ] as const;
  const changed = facts.find(([, before, after]) => before !== after);
  if (changed) return `${subject} ${changed[0]} changed from ${changed[1]} to ${changed[2]}`;
  const bound = (max: number) => (max === -1 ? "<unbounded>" : `${max}`);
  const [before, after] = [old.countMax, to.countMax];
  if (after !== -1 && (before === -1 || after < before)) {
    return `${subject} range contracted: max decreased from ${bound(before)} to ${bound(after)}`;
  }
  if (old.location !== "" && before === 1 && after !== 1) {
    return `${subject} with location changed from single to multiple`;
  }
  return undefined;
}

/**
 * What units of the new charm are to have: what was so before as far as the charm has it still, and
 * no less than the charm needs. Throws what `constraints.complete` throws.
 */
export async function carryConstraints(
  tx: ReadTransaction,
  { application, to, given }: StorageUpgrade,
): Promise<constraints.Constraints> {
  const before = await constraints.listOf(tx, application);
  const kept = Object.values(to.metadata.storage).flatMap((store) => {
    const own = Object.hasOwn(before, store.name) ? before[store.name] : undefined;
    if (own === undefined) return [];
    const count = Math.max(own.count, store.countMin);
    const size = Math.max(own.sizeMib, store.sizeMinMib);
    return [[store.name, { pool: own.pool, size, count }] as const];
  });
  const directives: Record<string, constraints.Directive> = Object.fromEntries(kept);
  for (const [name, directive] of Object.entries(given)) {
    const own = Object.hasOwn(directives, name) ? directives[name] : {};
    directives[name] = { ...own, ...present(directive) };
  }
  try {
    return await constraints.complete(tx, to, directives);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const message = `validating storage constraints: ${error.message}`;
    throw new Problem(error.code, message, { cause: error });
  }
}

function present(directive: constraints.Directive): constraints.Directive {
  return Object.fromEntries(Object.entries(directive).filter(([, value]) => value !== undefined));
}

interface UnitsUpgrade extends Omit<StorageUpgrade, "given"> {
  readonly constraints: constraints.Constraints;
  readonly now: Temporal.Instant;
}

/** Of a store that is new, units get all that is asked for; of others, what the charm now needs. */
export async function provideAll(
  tx: Transaction,
  { application, from, to, constraints: wanted, now }: UnitsUpgrade,
): Promise<void> {
  const due = Object.entries(wanted).map(([name, constraint]) => {
    const isNew = !Object.hasOwn(from.metadata.storage, name);
    const least = to.metadata.storage[name]?.countMin ?? 0;
    return [name, isNew ? constraint : { ...constraint, count: least }];
  });
  for (const each of await unit.list(tx, { application })) {
    if (each.life !== "alive") continue;
    await provide(tx, each, { constraints: Object.fromEntries(due), now });
  }
}
