/**
 * Deployment: new applications, and more units of those there are.
 *
 * A unit goes to a machine that somebody names or, otherwise, to a new one of its own; those of a
 * subordinate come with the units that they stand beside. What Jumar cannot do for a charm yet is
 * refused here, before anything exists that would wait for it.
 */
import { Problem } from "#base/problem.ts";
import { formatBase, parseBase } from "#charm/base.ts";
import { type Charm, checkBase, supportedBases } from "#charm/charm.ts";
import { type GivenSettings, readSettings } from "#charm/settings.ts";
import type { Transaction } from "#store/database.ts";
import * as application from "../application/application.ts";
import * as charm from "../charm/charm.ts";
import { refuseContainers, refuseUnforced } from "../charm/requirements.ts";
import * as constraints from "../constraints/constraints.ts";
import * as model from "../model/model.ts";
import { establish, toEndpoints } from "../relation/relate.ts";
import { isSubordinate } from "../relation/subordinate.ts";
import * as pending from "../resource/pending.ts";
import * as storageConstraints from "../storage/constraints.ts";
import { createUnit } from "../unit/create.ts";
import { type Placement, placeUnit } from "./place.ts";

export interface Deployment {
  readonly name: string;
  readonly charm: string;
  /** As in `ubuntu@22.04`, or empty for the first that the charm names. */
  readonly base: string;
  readonly channel: string;
  readonly units: number;
  readonly settings: GivenSettings;
  readonly placement: readonly Placement[];
  /** Pending resources by their names. */
  readonly resources?: Readonly<Record<string, string>>;
  /** Overrides what the charm assumes of the model. */
  readonly force?: boolean;
  /** What machines that are made for its units must have. */
  readonly constraints?: constraints.Constraints;
  /** What its units are to have, store by store, and what is left over that the first is to have. */
  readonly storage?: storageConstraints.Directives;
  readonly attachStorage?: readonly string[];
  readonly now: Temporal.Instant;
}

const unitsMax = 1000;

/** Throws the Problems of what it adds, and `not supported` for a charm that Jumar cannot run yet. */
export async function deploy(tx: Transaction, deployment: Deployment): Promise<void> {
  const { name, charm: url, channel, units, placement, now } = deployment;
  const { resources = {}, force = false } = deployment;
  await model.getAlive(tx);
  const { "default-base": defaultBase } = await model.getSettings(tx);
  const { content } = await charm.get(tx, url);
  if (content.metadata.subordinate) refuseOwnUnits(deployment);
  refuseContainers(content);
  if (!force) await refuseUnforced(tx, content);
  const storage = await storageConstraints.complete(tx, content, deployment.storage ?? {});
  const base = chooseBase(content, {
    wanted: deployment.base,
    defaultBase: String(defaultBase),
    force,
  });
  const { settings, isTrusted = false } = readSettings(name, content.config, deployment.settings);
  await application.add(tx, { name, charm: url, base, channel, settings, isTrusted, now });
  await storageConstraints.save(tx, name, storage);
  await pending.take(tx, name, { ids: resources, charm: content });
  const own = deployment.constraints ?? {};
  if (Object.keys(own).length > 0) {
    await constraints.set(tx, constraints.entities.application(name), own);
  }
  for (const endpoint of toEndpoints(name, content)) {
    if (endpoint.role === "peer") await establish(tx, [endpoint], now);
  }
  const { attachStorage = [] } = deployment;
  refuseManyToAttach(attachStorage, units);
  if (units > 0) await addUnits(tx, name, { count: units, placement, attachStorage, now });
}

/** The units of a subordinate come with those of the applications that it is related to. */
function refuseOwnUnits({ units, placement, constraints: own = {} }: Deployment): void {
  const refuse = (what: string) => {
    throw new Problem("not valid", `subordinate application must be deployed without ${what}`);
  };
  if (units > 0 || placement.length > 0) refuse("units");
  if (Object.keys(own).length > 0) refuse("constraints");
}

/** What is left over is for one unit, and nobody could say for which of several. */
function refuseManyToAttach(attachStorage: readonly string[], units: number): void {
  if (attachStorage.length === 0 || units === 1) return;
  const message = `storage can be attached to one new unit, and not to ${units}`;
  throw new Problem("not valid", message);
}

interface BaseWish {
  /** Empty for the charm's first. */
  readonly wanted: string;
  readonly defaultBase: string;
  readonly force: boolean;
}

/** Throws `not valid` with Juju's text for a base that the charm does not run on, unless that is forced. */
function chooseBase(content: Charm, { wanted, defaultBase, force }: BaseWish): string {
  const supported = supportedBases(content).map(formatBase);
  const [first = formatBase(parseBase(defaultBase))] = supported;
  if (wanted === "") return first;
  const base = formatBase(parseBase(wanted));
  if (!force) checkBase(content, base);
  return base;
}

export interface MoreUnits {
  readonly count: number;
  readonly placement: readonly Placement[];
  /** Storage that is left over, for the one unit. */
  readonly attachStorage?: readonly string[];
  readonly now: Temporal.Instant;
}

/** Adds units; returns their names. Throws `not valid` for a count or a place that cannot be. */
export async function addUnits(
  tx: Transaction,
  name: string,
  { count, placement, attachStorage = [], now }: MoreUnits,
): Promise<string[]> {
  await model.getAlive(tx);
  const { base } = await application.getAlive(tx, name);
  await refuseSubordinate(tx, name, count);
  if (count < 1) throw new Problem("not valid", "must add at least one unit");
  if (count > unitsMax) {
    throw new Problem("not valid", `cannot add ${count} units at once: at most ${unitsMax}`);
  }
  const own = await constraints.get(tx, constraints.entities.application(name));
  refuseManyToAttach(attachStorage, count);
  const names: string[] = [];
  for (let index = 0; index < count; index++) {
    const machineId = await placeUnit(tx, placement[index], { base, constraints: own, now });
    const wish = { application: name, machine: machineId, principal: "", now };
    names.push(await createUnit(tx, { ...wish, attachStorage }));
  }
  return names;
}

async function refuseSubordinate(tx: Transaction, name: string, count: number): Promise<void> {
  if (!(await isSubordinate(tx, name))) return;
  const reason = `cannot add unit to application "${name}": application is a subordinate`;
  const subject = `cannot add unit 1/${count} to application "${name}"`;
  throw new Problem("not valid", `${subject}: ${reason}`);
}
