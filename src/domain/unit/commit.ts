/**
 * Committing: what a hook wrote takes effect, all of it or nothing, and once.
 *
 * An agent that does not know whether its commit arrived says the same again. The number that each
 * commit carries tells a repetition from something new.
 */

import { isDeepStrictEqual } from "node:util";
import { Problem } from "#base/problem.ts";
import type { PortRange } from "#charm/port-range.ts";
import type { Transaction } from "#store/database.ts";
import * as leadership from "../leadership/leadership.ts";
import { noteHeard } from "../machine/upgrade.ts";
import * as metric from "../metric/metric.ts";
import * as membership from "../relation/membership.ts";
import { enterAll } from "../relation/relate.ts";
import * as relation from "../relation/relation.ts";
import { leaveRelation } from "../removal/removal.ts";
import * as secrets from "../secret/write.ts";
import { finishDetaching } from "../storage/leave.ts";
import { addMore } from "../storage/unit-storage.ts";
import * as port from "./port.ts";
import * as unit from "./unit.ts";
import * as unitState from "./unit-state.ts";

export interface Changes {
  readonly relations: readonly {
    readonly relation: number;
    /** Whether these are the application's settings and not the unit's. */
    readonly application: boolean;
    readonly settings: membership.Settings;
  }[];
  readonly openPorts: readonly PortRange[];
  readonly closePorts: readonly PortRange[];
  readonly state: Readonly<Record<string, string>>;
  readonly secrets: readonly secrets.Write[];
  /** What the hook wants more of. */
  readonly addStorage?: readonly { readonly name: string; readonly count: number }[] | undefined;
  readonly metrics?: readonly metric.Measurement[] | undefined;
}

/** What has become of the unit. */
export interface Facts {
  readonly hasInstalled: boolean;
  readonly leftRelation: number | undefined;
  /** The storage that the unit has given away, after `storage-detaching`. */
  readonly detachedStorage?: string | undefined;
  readonly charm: string;
  readonly modifiedVersion: number;
  readonly isSettled: boolean;
  /** What it has heard of the upgrade of its machine's system. */
  readonly upgrade?: { readonly number: number; readonly stage: string } | undefined;
  /** The secret that the unit was told to rotate, and what the latest revision was then. */
  readonly rotated: { readonly id: string; readonly revision: number } | undefined;
}

export interface Commit {
  readonly unit: string;
  readonly sequence: number;
  readonly changes: Changes;
  readonly facts: Facts;
  readonly now: Temporal.Instant;
}

/** Throws `not found` for a relation that the unit has no part in, and what ports may throw. */
export async function commit(tx: Transaction, committed: Commit): Promise<void> {
  const { unit: name, sequence, changes, facts, now } = committed;
  const before = await unit.get(tx, name);
  if (sequence <= before.sequence) return;
  await noteFacts(tx, before, committed);
  for (const each of changes.relations) {
    if (await isToBeHeard(tx, each.relation, facts)) await writeSettings(tx, before, each);
  }
  for (const range of changes.closePorts) await port.close(tx, name, range);
  for (const range of changes.openPorts) await port.open(tx, name, range);
  if (Object.keys(changes.state).length > 0) await unitState.change(tx, name, changes.state);
  for (const each of changes.secrets) await secrets.write(tx, { writer: before, now }, each);
  if (facts.rotated) await secrets.noteRotated(tx, { writer: before, now }, facts.rotated);
  if (facts.leftRelation !== undefined) await leave(tx, facts.leftRelation, { name, now });
  await commitRest(tx, committed);
}

/** What only some hooks write. */
async function commitRest(
  tx: Transaction,
  { unit: name, changes, facts, now }: Commit,
): Promise<void> {
  if (changes.metrics) await metric.record(tx, name, changes.metrics);
  for (const { name: store, count } of changes.addStorage ?? []) {
    await addMore(tx, { unit: name, store, directive: { count }, now });
  }
  const { detachedStorage } = facts;
  if (detachedStorage) await finishDetaching(tx, { unit: name, storage: detachedStorage, now });
}

/** It may have been resumed meanwhile, and then the unit is back at once. */
async function leave(
  tx: Transaction,
  id: number,
  { name, now }: { readonly name: string; readonly now: Temporal.Instant },
): Promise<void> {
  await leaveRelation(tx, id, name);
  await enterAll(tx, await unit.get(tx, name), now);
}

/**
 * Comes before the settings, for a hook may write to a relation that it is what lets the unit into. Most
 * hooks change nothing here, and then nobody is woken.
 */
async function noteFacts(
  tx: Transaction,
  before: unit.Unit,
  { sequence, facts, now }: Commit,
): Promise<void> {
  const { charm, modifiedVersion, isSettled, hasInstalled } = facts;
  const isInstalled = before.isInstalled || hasInstalled;
  const change = { charm, modifiedVersion, isSettled, isInstalled };
  await unit.setSequence(tx, before.name, sequence);
  if (!isDeepStrictEqual({ ...before, ...change }, before)) {
    await unit.change(tx, before.name, change);
  }
  if (facts.upgrade) await noteHeard(tx, before, facts.upgrade);
  const isSameCharm = charm === before.charm && modifiedVersion === before.modifiedVersion;
  if (before.isInstalled && isSameCharm) return;
  await enterAll(tx, { ...before, ...change }, now);
}

/** What the last hook about a relation writes into it is of no use to anybody when it is gone. */
async function isToBeHeard(tx: Transaction, id: number, { leftRelation }: Facts): Promise<boolean> {
  return leftRelation !== id || (await relation.find(tx, id)) !== undefined;
}

async function writeSettings(
  tx: Transaction,
  { name, application }: unit.Unit,
  { relation: id, application: isApplication, settings }: Changes["relations"][number],
): Promise<void> {
  if (!(await membership.listEntered(tx, name)).includes(id)) {
    throw new Problem("not found", `relation ${id} not found`);
  }
  if (isApplication && (await leadership.findLeader(tx, application)) !== name) {
    const message = `cannot write relation settings of "${application}": "${name}" is not the leader`;
    throw new Problem("unauthorized access", message);
  }
  const member = isApplication ? application : name;
  await membership.changeSettings(tx, { relation: id, member, application, settings });
}
