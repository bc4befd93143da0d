/**
 * Machines: what units run on.
 *
 * A machine has a life of its own and, once its cloud has started it, an instance, which may go on
 * costing money after the machine is dead. Its agent reports the version that it runs, and is told
 * which one to run: the store says when it is a machine's turn to upgrade.
 */
import { Problem } from "#base/problem.ts";
import { compareVersions } from "#release/version.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as constraints from "../constraints/constraints.ts";
import type { Life } from "../life.ts";
import * as sequence from "../sequence/sequence.ts";
import * as status from "../status/status.ts";
import * as upgradeRow from "./upgrade-row.ts";

export interface Machine {
  readonly id: string;
  readonly life: Life;
  readonly base: string;
  /** Part of what the agent's password is made from; a new machine never has an old one's. */
  readonly nonce: string;
  readonly instanceId: string | null;
  readonly hostname: string;
  readonly addresses: readonly string[];
  readonly hardware: string;
  /** What the agent runs, as it said last, or null before it ever did. */
  readonly version: string | null;
  /** What the agent is to run. */
  readonly desiredVersion: string;
  /** The rollout that says so, or 0 for what the machine began with. */
  readonly rollout: number;
  readonly isConnected: boolean;
  readonly connectedSince: string;
  /** Whether it was asked for by itself, and so stays when nothing is on it any more. */
  readonly isAdded: boolean;
  /** Whether its instance is to be left alone when it goes. */
  readonly keepsInstance: boolean;
}

interface MachineTable {
  readonly model: string;
  readonly id: string;
  readonly life: Life;
  readonly base: string;
  readonly nonce: string;
  readonly instance_id: string | null;
  readonly hostname: string;
  readonly addresses: string;
  readonly hardware: string;
  readonly version: string | null;
  readonly desired_version: string;
  readonly rollout: number;
  readonly connected: number;
  readonly connected_since: string;
  readonly added: number;
  readonly keep_instance: number;
}

declare module "#store/database.ts" {
  interface Database {
    readonly machine: MachineTable;
  }
}

export interface NewMachine {
  readonly base: string;
  readonly nonce: string;
  readonly desiredVersion: string;
  /** What it must have. */
  readonly constraints?: constraints.Constraints;
  readonly isAdded?: boolean;
  readonly now: Temporal.Instant;
}

/** Adds a machine, which waits for an instance; returns its id. */
export async function add(
  tx: Transaction,
  { base, nonce, desiredVersion, constraints: own = {}, isAdded = false, now }: NewMachine,
): Promise<string> {
  const id = `${await sequence.take(tx, "machine")}`;
  await tx
    .insertInto("machine")
    .values({
      ...{ model: tx.model, id, life: "alive", base, nonce, desired_version: desiredVersion },
      ...{ instance_id: null, hostname: "", addresses: "[]", hardware: "", version: null },
      ...{ rollout: 0, connected: 0, connected_since: now.toString() },
      ...{ added: isAdded ? 1 : 0, keep_instance: 0 },
    })
    .execute();
  if (Object.keys(own).length > 0) {
    await constraints.set(tx, constraints.entities.machine(id), own);
  }
  await changed(tx, "machine", id);
  await status.set(tx, { entity: status.entities.machineAgent(id), status: "pending", now });
  await status.set(tx, { entity: status.entities.instance(id), status: "pending", now });
  return id;
}

export async function find(tx: ReadTransaction, id: string): Promise<Machine | undefined> {
  const row = await selectMachines(tx).where("id", "=", id).executeTakeFirst();
  return row && toMachine(row);
}

/** Throws `not found`. */
export async function get(tx: ReadTransaction, id: string): Promise<Machine> {
  const machine = await find(tx, id);
  if (machine === undefined) throw new Problem("not found", `machine ${id} not found`);
  return machine;
}

export async function list(tx: ReadTransaction): Promise<Machine[]> {
  const rows = await selectMachines(tx).execute();
  return rows.map(toMachine).toSorted((a, b) => Number(a.id) - Number(b.id));
}

/** How many machines the model has. */
export async function count(tx: ReadTransaction): Promise<number> {
  const row = await tx
    .selectFrom("machine")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("model", "=", tx.model)
    .executeTakeFirstOrThrow();
  return row.count;
}

export interface Instance {
  readonly instanceId: string;
  readonly addresses: readonly string[];
  readonly hardware: string;
}

/** Notes the instance that a cloud has started for the machine. */
export async function setInstance(
  tx: Transaction,
  id: string,
  { instanceId, addresses, hardware }: Instance,
): Promise<void> {
  await update(tx, id, {
    instance_id: instanceId,
    addresses: JSON.stringify(addresses),
    hardware,
  });
}

export interface Report {
  readonly version: string;
  readonly hostname: string;
  readonly isOnProbation?: boolean;
}

/**
 * Notes what an agent says of itself. Saying the same again is no change. A version on probation
 * may be taken back still, and does not count.
 */
export async function report(tx: Transaction, id: string, said: Report): Promise<void> {
  const before = await get(tx, id);
  const { hostname } = said;
  const version = said.isOnProbation ? before.version : said.version;
  if (version === before.version && hostname === before.hostname) return;
  await update(tx, id, { version, hostname });
}

/** It is the machine's turn to run another version. */
export async function desire(
  tx: Transaction,
  id: string,
  { version, rollout }: { readonly version: string; readonly rollout: number },
): Promise<void> {
  await update(tx, id, { desired_version: version, rollout });
}

export async function setConnected(
  tx: Transaction,
  id: string,
  { isConnected, now }: { readonly isConnected: boolean; readonly now: Temporal.Instant },
): Promise<void> {
  await update(tx, id, { connected: isConnected ? 1 : 0, connected_since: now.toString() });
}

/** Nobody is connected to a controller that has just started. */
export async function setAllDisconnected(tx: Transaction, now: Temporal.Instant): Promise<void> {
  for (const { id, isConnected } of await list(tx)) {
    if (isConnected) await setConnected(tx, id, { isConnected: false, now });
  }
}

export async function setLife(tx: Transaction, id: string, life: Life): Promise<void> {
  await update(tx, id, { life });
}

/** The base that it runs from now on. */
export async function setBase(tx: Transaction, id: string, base: string): Promise<void> {
  await update(tx, id, { base });
}

/** Its instance is to be left alone when the machine goes. */
export async function keepInstance(tx: Transaction, id: string): Promise<void> {
  await update(tx, id, { keep_instance: 1 });
}

/** Forgets a machine. Doing so twice is harmless. */
export async function remove(tx: Transaction, id: string): Promise<void> {
  const { numDeletedRows } = await tx
    .deleteFrom("machine")
    .where("model", "=", tx.model)
    .where("id", "=", id)
    .executeTakeFirst();
  const { machineAgent, instance } = status.entities;
  await status.remove(tx, [machineAgent(id), instance(id)]);
  await constraints.remove(tx, constraints.entities.machine(id));
  await upgradeRow.remove(tx, id);
  if (numDeletedRows) await changed(tx, "machine", id);
}

async function update(tx: Transaction, id: string, values: Partial<MachineTable>): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable("machine")
    .set(values)
    .where("model", "=", tx.model)
    .where("id", "=", id)
    .executeTakeFirst();
  if (numUpdatedRows) await changed(tx, "machine", id);
}

/**
 * Whether the machine is to run what its controller is too old for: an agent may be older than its
 * controller, never newer, unless it is the controller's own. Such a machine waits until it is
 * connected to a controller that runs the version; a new one begins with what the controller runs.
 */
export function isAhead(
  { desiredVersion }: Pick<Machine, "desiredVersion">,
  { isController }: { readonly isController: boolean },
  controllerVersion: string,
): boolean {
  return !isController && compareVersions(desiredVersion, controllerVersion) > 0;
}

function selectMachines(tx: ReadTransaction) {
  return tx.selectFrom("machine").selectAll().where("model", "=", tx.model);
}

function toMachine(row: MachineTable): Machine {
  const { id, life, base, nonce, hostname, hardware, version, rollout } = row;
  return {
    ...{ id, life, base, nonce, hostname, hardware, version, rollout },
    instanceId: row.instance_id,
    addresses: JSON.parse(row.addresses),
    desiredVersion: row.desired_version,
    isConnected: row.connected === 1,
    connectedSince: row.connected_since,
    isAdded: row.added === 1,
    keepsInstance: row.keep_instance === 1,
  };
}
