/**
 * Removal: how things that are told to go, go, and what goes along.
 *
 * Nothing is taken away from under an agent. What has an agent is marked as dying; its agent runs
 * the last hooks and says that it has finished, and then it is forgotten. What never had one goes
 * at once. The last of several to go takes along what they shared: the last unit its machine, unless
 * that was asked for by itself, and the last unit and relation their application.
 *
 * Only who says so by force does not wait for ever: for an agent that is lost, or a hook that fails.
 * Then what is to go is given some time, or none. When that is over the unit goes at once, and the
 * machine that it leaves empty is dead, whatever runs on it. Others who are related to it still run
 * their last hooks about the relation, for they are not what is in the way.
 */
import { Problem } from "#base/problem.ts";
import type { Transaction } from "#store/database.ts";
import * as application from "../application/application.ts";
import * as leadership from "../leadership/leadership.ts";
import * as leaderSettings from "../leadership/settings.ts";
import * as machine from "../machine/machine.ts";
import { noteGone } from "../machine/upgrade.ts";
import * as metric from "../metric/metric.ts";
import * as model from "../model/model.ts";
import * as payload from "../payload/payload.ts";
import * as membership from "../relation/membership.ts";
import * as relation from "../relation/relation.ts";
import { keepAllBeside, listUnkept } from "../relation/subordinate.ts";
import * as resource from "../resource/resource.ts";
import * as secrets from "../secret/removal.ts";
import * as status from "../status/status.ts";
import * as storageConstraints from "../storage/constraints.ts";
import { dropUnit, giveUpAll, leaveModel, leaveUnit, refuseLasting } from "../storage/leave.ts";
import * as storage from "../storage/storage.ts";
import * as port from "../unit/port.ts";
import * as unit from "../unit/unit.ts";
import * as unitState from "../unit/unit-state.ts";
import * as deadline from "./deadline.ts";

export interface Manner {
  /** Waits for no agent of what is to go. */
  readonly isForced: boolean;
  /** Until when it waits all the same; without it, it does not. */
  readonly due?: Temporal.Instant;
  /** Whether storage goes along that could be left for another unit. */
  readonly destroysStorage?: boolean | undefined;
}

const patient: Manner = { isForced: false };

/** Returns the names of the units that go. Doing it again is harmless. Throws `not found`. */
export async function destroyApplication(
  tx: Transaction,
  name: string,
  manner = patient,
): Promise<string[]> {
  const { life } = await application.get(tx, name);
  if (life === "alive") await application.setLife(tx, name, "dying");
  const units = await unit.list(tx, { application: name });
  for (const each of units) await markUnit(tx, each, manner);
  for (const each of await relation.listOf(tx, name)) {
    if (each.endpoints.length > 1) await destroyRelation(tx, each);
  }
  await removeApplicationIfEmpty(tx, name);
  return units.map((each) => each.name);
}

/** Throws `not found`, and `not valid` for a subordinate, which goes with its relation. */
export async function destroyUnit(tx: Transaction, name: string, manner = patient): Promise<void> {
  const dying = await unit.get(tx, name);
  refuseSubordinate(dying);
  await markUnit(tx, dying, manner);
  await removeApplicationIfEmpty(tx, dying.application);
}

/** Gives up the unit, with its subordinates, whatever it does. Throws `not found`. */
export async function abandonUnit(tx: Transaction, name: string): Promise<void> {
  const abandoned = await unit.get(tx, name);
  await markUnit(tx, abandoned, { isForced: true });
  await removeApplicationIfEmpty(tx, abandoned.application);
}

/** Throws `not valid`, with Juju's text. */
export function refuseSubordinate({ name, application: of, principal }: unit.Unit): void {
  if (principal === "") return;
  const advice = `to remove use remove-relation. Note: this will remove all units of "${of}"`;
  throw new Problem("not valid", `unit "${name}" is a subordinate, ${advice}`);
}

/** The unit's subordinates go first. */
async function markUnit(tx: Transaction, dying: unit.Unit, manner: Manner): Promise<void> {
  await markSubordinates(tx, await unit.list(tx, { principal: dying.name }), manner);
  const { instanceId } = await machine.get(tx, dying.machine);
  await leaveUnit(tx, dying.name, manner.destroysStorage ?? false);
  if (isAtOnce(manner) || instanceId === null) return removeUnit(tx, dying, manner);
  if (dying.life === "alive") await unit.change(tx, dying.name, { life: "dying" });
  if (manner.due) await deadline.set(tx, { kind: "unit", id: dying.name, due: manner.due });
}

/** The last of them takes along its application if that is going. */
async function markSubordinates(
  tx: Transaction,
  units: readonly unit.Unit[],
  manner: Manner,
): Promise<void> {
  for (const each of units) {
    await markUnit(tx, each, manner);
    await removeApplicationIfEmpty(tx, each.application);
  }
}

/**
 * The unit's agent has run its last hook. Throws `try again` as long as the unit has subordinates,
 * which go first.
 */
export async function finishUnit(
  tx: Transaction,
  name: string,
  now: Temporal.Instant,
): Promise<void> {
  const finished = await unit.get(tx, name);
  if (finished.life === "alive") throw new Problem("not valid", `unit "${name}" is alive`);
  const [beside] = await unit.list(tx, { principal: name });
  if (beside) throw new Problem("try again", `unit "${name}" has subordinates: ${beside.name}`);
  await removeUnit(tx, finished, patient);
  await removeApplicationIfEmpty(tx, finished.application);
  if (finished.principal !== "") await keepAllBeside(tx, finished.principal, now);
}

async function removeUnit(tx: Transaction, gone: unit.Unit, manner: Manner): Promise<void> {
  const { name, application: of, machine: machineId } = gone;
  await leadership.resign(tx, { application: of, unit: name });
  for (const id of await membership.listEntered(tx, name)) await leaveRelation(tx, id, name);
  await port.closeAll(tx, name);
  await unitState.removeAll(tx, name);
  await payload.removeAll(tx, name);
  await metric.removeAll(tx, name);
  await secrets.removeUnit(tx, name);
  await resource.removeFetched(tx, name);
  await dropUnit(tx, name);
  await status.remove(tx, [status.entities.unitAgent(name), status.entities.workload(name)]);
  await unit.remove(tx, gone);
  await noteGone(tx, gone);
  const left = await unit.list(tx, { machine: machineId });
  const { isController } = await model.get(tx);
  const { isAdded } = await machine.get(tx, machineId);
  if (left.length === 0 && !isController && !isAdded) await destroyMachine(tx, machineId, manner);
}

/**
 * Subordinates that nothing keeps beside their principals any more go as well. By force it is gone at
 * once, before units have run their last hooks about it, which they do all the same. Throws `not
 * valid` for a relation among peers, which goes with its application.
 */
export async function destroyRelation(
  tx: Transaction,
  destroyed: relation.Relation,
  { isForced }: Manner = patient,
): Promise<void> {
  const { id, key, life, endpoints } = destroyed;
  if (endpoints.length === 1) {
    throw new Problem("not valid", `cannot destroy relation "${key}": is a peer relation`);
  }
  if (life === "alive") await relation.setLife(tx, id, "dying");
  await markSubordinates(tx, await listUnkept(tx, destroyed), patient);
  if (isForced) {
    for (const { unit: member } of await membership.list(tx, [id])) {
      await membership.leave(tx, { relation: id, unit: member });
    }
  }
  await removeRelationIfEmpty(tx, id);
}

/** The unit has run its last hook about the relation, which may be gone already. */
export async function leaveRelation(tx: Transaction, id: number, name: string): Promise<void> {
  await membership.leave(tx, { relation: id, unit: name });
  await removeRelationIfEmpty(tx, id);
}

async function removeRelationIfEmpty(tx: Transaction, id: number): Promise<void> {
  const ending = await relation.find(tx, id);
  if (ending === undefined || ending.life === "alive") return;
  const members = await membership.list(tx, [id]);
  const isEmpty = members.every(({ unit: member, application: of }) => member === of);
  if (!isEmpty) return;
  await secrets.removeRelation(tx, id);
  await relation.remove(tx, ending);
  for (const { application: of } of ending.endpoints) await removeApplicationIfEmpty(tx, of);
}

async function removeApplicationIfEmpty(tx: Transaction, name: string): Promise<void> {
  const dying = await application.find(tx, name);
  if (dying === undefined || dying.life === "alive") return;
  const units = await unit.list(tx, { application: name });
  const relations = await relation.listOf(tx, name);
  if (units.length > 0 || relations.some(({ endpoints }) => endpoints.length > 1)) return;
  await leaderSettings.remove(tx, name);
  for (const peer of relations) {
    await secrets.removeRelation(tx, peer.id);
    await relation.remove(tx, peer);
  }
  await secrets.removeApplication(tx, name);
  await resource.removeAll(tx, name);
  await storageConstraints.removeOf(tx, name);
  await application.remove(tx, name);
}

/** One that no cloud has started yet is dead at once. Nothing new comes to it from now on. */
export async function destroyMachine(tx: Transaction, id: string, manner: Manner): Promise<void> {
  const { life, instanceId } = await machine.get(tx, id);
  if (life === "dead") return;
  if (isAtOnce(manner) || instanceId === null) return machine.setLife(tx, id, "dead");
  if (life === "alive") await machine.setLife(tx, id, "dying");
  if (manner.due) await deadline.set(tx, { kind: "machine", id, due: manner.due });
}

function isAtOnce({ isForced, due }: Manner): boolean {
  return isForced && due === undefined;
}

/** The machine's agent has stopped everything on it. */
export async function finishMachine(tx: Transaction, id: string): Promise<void> {
  const { life } = await machine.get(tx, id);
  if (life === "alive") throw new Problem("not valid", `machine ${id} is alive`);
  await machine.setLife(tx, id, "dead");
}

/** Marks the model and everything in it. Throws `not valid` for the controller's own model. */
export async function destroyModel(tx: Transaction, manner = patient): Promise<void> {
  const { isController, life, name: own } = await model.get(tx);
  if (isController) {
    throw new Problem("not valid", "cannot destroy the controller model: destroy the controller");
  }
  if (life === "alive") {
    await refuseLasting(tx, { name: own, destroys: manner.destroysStorage });
    await leaveModel(tx, manner.destroysStorage ?? false);
    await model.setLife(tx, "dying");
  }
  if (manner.isForced) await giveUpAll(tx, manner.due);
  for (const { name } of await application.list(tx)) await destroyApplication(tx, name, manner);
  for (const { id } of await machine.list(tx)) {
    const units = await unit.list(tx, { machine: id });
    const { isAdded } = await machine.get(tx, id);
    const isOwed = units.length === 0 || isAdded || manner.due !== undefined;
    if (isOwed) await destroyMachine(tx, id, manner);
  }
}

/** Whether a model that is dying has nothing left in it. */
export async function isEmptied(tx: Transaction): Promise<boolean> {
  const { life } = await model.get(tx);
  if (life === "alive") return false;
  const left = [await application.list(tx), await machine.list(tx), await storage.list(tx)];
  return left.every((each) => each.length === 0);
}
