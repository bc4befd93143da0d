/**
 * Upgrades of the operating system of a machine, which the operator does by hand in the middle.
 *
 * First the machine is locked, and every unit on it, subordinates too, is told what comes; a unit
 * that has heard it does nothing else. When the operator says that the system is a new one, every unit
 * hears that as well, and with the last of them the machine has its new base and is free again.
 *
 * Units that go meanwhile are waited for no longer, and those that come after it began wait for its
 * end. A machine whose upgrade has begun cannot go back, as in Juju.
 */
import { Problem } from "#base/problem.ts";
import { formatBase, parseBase, parseNamedBase } from "#charm/base.ts";
import { checkBase } from "#charm/charm.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as charm from "../charm/charm.ts";
import * as model from "../model/model.ts";
import * as status from "../status/status.ts";
import * as unit from "../unit/unit.ts";
import * as machine from "./machine.ts";
import * as row from "./upgrade-row.ts";

export interface WantedUpgrade {
  readonly machine: string;
  /** A base as in `ubuntu@24.04`, a channel as in `24.04`, or a series as in `noble`. */
  readonly base: string;
  /** Whether charms are taken along that do not say that they run there. */
  readonly isForced: boolean;
}

/** Units whose agents say something else have nothing to be told yet. */
const readyStatuses = ["idle", "executing"];

/**
 * Returns the names of the units that would be told. Throws `not found`, and `not valid` for a base
 * that the machine or a charm on it cannot have, for a unit that has failed or not begun, and for a
 * machine that is being upgraded.
 */
export async function checkUpgrade(tx: ReadTransaction, wanted: WantedUpgrade): Promise<string[]> {
  const upgraded = await machine.get(tx, wanted.machine);
  await checkMachine(tx, upgraded);
  checkTarget(upgraded, toBase(wanted.base));
  const units = (await unit.list(tx, { machine: upgraded.id })).filter(isAlive);
  for (const each of units) await checkUnit(tx, each, wanted);
  return units.map(({ name }) => name);
}

/** Locks the machine and lets its units hear of it. Throws as `checkUpgrade` does. */
export async function prepare(tx: Transaction, wanted: WantedUpgrade): Promise<void> {
  const names = await checkUpgrade(tx, wanted);
  const { id, base: from } = await machine.get(tx, wanted.machine);
  const to = toBase(wanted.base);
  const before = await row.find(tx, id);
  await save(tx, {
    ...{ machine: id, number: (before?.number ?? 0) + 1, from, to, phase: "prepare" },
    units: Object.fromEntries(names.map((name) => [name, ""] as const)),
    messages: [`machine-${id} started upgrade ${describeWay({ from, to })}`],
  });
}

/** The operator has upgraded the system. Throws `not found` and `not valid`. */
export async function complete(tx: Transaction, id: string): Promise<void> {
  await machine.get(tx, id);
  const upgrade = await row.findLock(tx, id);
  if (upgrade === undefined) {
    const advice = `begin with "upgrade-machine ${id} prepare BASE"`;
    throw new Problem("not valid", `machine ${id} is not prepared for a series upgrade: ${advice}`);
  }
  const said = row.describe(upgrade);
  if (said !== "prepare completed") {
    const reason = `its series upgrade is in the "${said}" state`;
    throw new Problem("not valid", `machine ${id} can not complete its upgrade: ${reason}`);
  }
  const messages = [...upgrade.messages, `machine-${id} complete phase started`];
  await save(tx, { ...upgrade, phase: "complete", messages });
}

/** A unit has heard what it was to hear. What it says of another upgrade, or twice, changes nothing. */
export async function noteHeard(
  tx: Transaction,
  { name, machine: id }: Pick<unit.Unit, "name" | "machine">,
  { number, stage }: { readonly number: number; readonly stage: string },
): Promise<void> {
  const upgrade = await row.findLock(tx, id);
  if (upgrade?.number !== number || !Object.hasOwn(upgrade.units, name)) return;
  const isBefore = upgrade.phase === "prepare";
  const next = isBefore ? "prepared" : "completed";
  if (stage !== next || upgrade.units[name] === next) return;
  const hook = isBefore ? "pre-series-upgrade" : "post-series-upgrade";
  await save(tx, {
    ...upgrade,
    units: { ...upgrade.units, [name]: next },
    messages: [...upgrade.messages, `${name} ${hook} completed`],
  });
}

/** A unit that has gone is waited for no longer. */
export async function noteGone(
  tx: Transaction,
  { name, machine: id }: Pick<unit.Unit, "name" | "machine">,
): Promise<void> {
  const upgrade = await row.findLock(tx, id);
  if (upgrade === undefined || !Object.hasOwn(upgrade.units, name)) return;
  const { [name]: _, ...units } = upgrade.units;
  await save(tx, { ...upgrade, units, messages: [...upgrade.messages, `${name} has gone`] });
}

/** What a unit is to hear of it, or undefined where there is nothing that keeps it from its own. */
export interface DesiredUpgrade {
  /** `wait` is for a unit that has come after it began. */
  readonly phase: "prepare" | "complete" | "wait";
  readonly number: number;
  readonly target: string;
}

export function desiredOf(
  upgrade: row.MachineUpgrade | undefined,
  name: string,
): DesiredUpgrade | undefined {
  if (upgrade === undefined || upgrade.phase === "over") return undefined;
  const { number, to: target, phase } = upgrade;
  return { phase: Object.hasOwn(upgrade.units, name) ? phase : "wait", number, target };
}

/** With the last unit that hears of it, the phase is at its end. */
async function save(tx: Transaction, upgrade: row.MachineUpgrade): Promise<void> {
  const { machine: id, phase, units, to, messages } = upgrade;
  if (phase === "complete" && row.isReached(units, "completed")) {
    const last = `machine-${id} series upgrade complete`;
    await machine.setBase(tx, id, to);
    return row.save(tx, { ...upgrade, phase: "over", messages: [...messages, last] });
  }
  const ready = `machine-${id} prepare completed`;
  const isReady = phase === "prepare" && row.isReached(units, "prepared");
  const isNew = isReady && !messages.includes(ready);
  return row.save(tx, isNew ? { ...upgrade, messages: [...messages, ready] } : upgrade);
}

async function checkMachine(
  tx: ReadTransaction,
  { id, life, instanceId }: machine.Machine,
): Promise<void> {
  const refuse = (reason: string) => {
    throw new Problem("not valid", reason);
  };
  const { isController } = await model.get(tx);
  if (isController)
    refuse(`machine-${id} is a controller and cannot be targeted for series upgrade`);
  if (life !== "alive") refuse(`cannot upgrade machine ${id}: it is being removed`);
  if (instanceId === null) refuse(`cannot upgrade machine ${id}: it has not been started yet`);
  const lock = await row.findLock(tx, id);
  if (lock === undefined) return;
  const state = `series upgrade ${describeWay(lock)} is in the "${row.describe(lock)}" state`;
  refuse(`upgrade series lock found for "${id}"; its ${state}`);
}

function describeWay({ from, to }: Pick<row.MachineUpgrade, "from" | "to">): string {
  const [before, then] = [from, to].map((base) => `"${base}"`);
  return `from ${before} to ${then}`;
}

/** Reads what Juju's clients of all times send. Throws `not valid`. */
function toBase(text: string): string {
  return formatBase(parseNamedBase(text, "ubuntu"));
}

/** Only newer versions of the same system will do, and only of Ubuntu, as in Juju. */
function checkTarget({ id, base: from }: machine.Machine, to: string): void {
  const [own, target] = [parseBase(from), parseBase(to)];
  const said = `machine-${id} is running ${from}`;
  const isUbuntu = own.name === "ubuntu" && target.name === own.name;
  if (!isUbuntu || !/^\d/.test(target.channel)) {
    throw new Problem("not valid", `${said}, which cannot be upgraded to ${to}`);
  }
  if (formatBase(own) === formatBase(target)) {
    throw new Problem("not valid", `machine-${id} is already running base ${to}`);
  }
  if (Number.parseFloat(own.channel) > Number.parseFloat(target.channel)) {
    throw new Problem("not valid", `${said} which is a newer base than ${to}`);
  }
}

async function checkUnit(
  tx: ReadTransaction,
  { name, isInstalled, desiredCharm }: unit.Unit,
  { base, isForced }: WantedUpgrade,
): Promise<void> {
  if (!isForced) checkBase((await charm.get(tx, desiredCharm)).content, toBase(base));
  const said = await status.find(tx, status.entities.unitAgent(name));
  const { status: word = "allocating", message = "" } = said ?? {};
  if (isInstalled && readyStatuses.includes(word)) return;
  const reason = `its agent status is: "${word}" ${message}`.trimEnd();
  const subject = `unit ${name} is not ready to start a series upgrade`;
  throw new Problem("not valid", `${subject}; ${reason}`);
}

function isAlive({ life }: unit.Unit): boolean {
  return life === "alive";
}
