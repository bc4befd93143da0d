/**
 * Upgrading a charm: everything that Juju checks before, and a rollout to the units.
 *
 * The application has its new charm at once, for new units and for those who look; each unit
 * follows when it is its turn. Settings are carried over as far as the new charm has them.
 */
import { Problem } from "#base/problem.ts";
import { parseBase } from "#charm/base.ts";
import { type Charm, checkBase, supportedBases } from "#charm/charm.ts";
import { checkSetting, type Setting } from "#charm/config.ts";
import { type GivenSettings, readSettings } from "#charm/settings.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as application from "../application/application.ts";
import * as charm from "../charm/charm.ts";
import { refuseContainers, refuseUnforced } from "../charm/requirements.ts";
import { type Endpoint, formatEndpoint, isSameEndpoint } from "../relation/endpoints.ts";
import { establish, toEndpoints } from "../relation/relate.ts";
import * as relation from "../relation/relation.ts";
import * as pending from "../resource/pending.ts";
import * as storageConstraints from "../storage/constraints.ts";
import { carryConstraints, checkStores, provideAll } from "../storage/upgrade.ts";
import { rollOut } from "./roll-out.ts";

export interface CharmUpgrade {
  readonly application: string;
  readonly charm: string;
  readonly channel: string;
  readonly settings: GivenSettings;
  /** Pending resources by their names; they alone are reason enough to upgrade. */
  readonly resources?: Readonly<Record<string, string>>;
  /** What is asked for of storage that comes from now on, store by store. */
  readonly storage?: storageConstraints.Directives;
  /** Each overrides only its own checks: assumptions and relation limits, the base, and units in error. */
  readonly force: boolean;
  readonly forceBase: boolean;
  readonly forceUnits: boolean;
  readonly startedBy: string;
  readonly now: Temporal.Instant;
}

/**
 * Throws `not found`, and `not valid` with Juju's texts for what must not be. An application that is
 * being removed may be given another charm, as in Juju: its last hooks may need mending.
 */
export async function upgradeCharm(tx: Transaction, upgrade: CharmUpgrade): Promise<void> {
  const { application: name, charm: url, channel, forceUnits, startedBy, now } = upgrade;
  const { resources = {} } = upgrade;
  const current = await application.get(tx, name);
  const from = await charm.get(tx, current.charm);
  const to = await charm.get(tx, url);
  const relations = await relation.listOf(tx, name);
  const change = { current, from, to, relations, upgrade };
  const given = await explained("parsing config settings", () =>
    readSettings(name, to.content.config, upgrade.settings),
  );
  const subject = `cannot upgrade application "${name}" to charm "${url}"`;
  const constraints = await explained(subject, () => check(tx, change));
  if (given.isTrusted !== undefined) await application.setTrusted(tx, name, given.isTrusted);
  const settings = await carrySettings(tx, { current, to: to.content, given: given.settings });
  await application.saveSettings(tx, { application: name, charm: url, settings });
  await storageConstraints.save(tx, name, constraints);
  await pending.take(tx, name, { ids: resources, charm: to.content });
  const isNew = url !== current.charm || Object.keys(resources).length > 0;
  const modifiedVersion = current.modifiedVersion + (isNew ? 1 : 0);
  await application.setCharm(tx, name, { charm: url, modifiedVersion, forceUnits, channel });
  if (!isNew) return;
  await changePeerRelations(tx, { name, to: to.content, relations, now });
  await provideAll(tx, { application: name, from: from.content, to: to.content, constraints, now });
  await rollOut(tx, {
    ...{ application: name, from: current.charm, to: url, modifiedVersion, startedBy, now },
  });
}

async function explained<T>(subject: string, body: () => T | Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new Problem(error.code, `${subject}: ${error.message}`, { cause: error });
  }
}

interface Change {
  readonly current: application.Application;
  readonly from: charm.StoredCharm;
  readonly to: charm.StoredCharm;
  readonly relations: readonly relation.Relation[];
  readonly upgrade: CharmUpgrade;
}

/** In the order in which Juju checks; returns what units of the new charm are to have of storage. */
async function check(tx: ReadTransaction, change: Change): Promise<storageConstraints.Constraints> {
  const { current, from, to, relations, upgrade } = change;
  if (from.name !== to.name) {
    const message = `charm is "${to.name}", not "${from.name}": crossgrades cannot be done yet`;
    throw new Problem("not supported", message);
  }
  refuseContainers(to.content);
  if (!upgrade.force) await refuseUnforced(tx, to.content);
  if (isSecondFormat(from.content) && !isSecondFormat(to.content)) {
    throw new Problem("not valid", "cannot downgrade from v2 charm format to v1");
  }
  if (from.content.metadata.subordinate !== to.content.metadata.subordinate) {
    throw new Problem("not valid", "cannot change an application's subordinacy");
  }
  if (upgrade.forceBase) checkSystem(current.base, to.content);
  else checkBase(to.content, current.base);
  const endpoints = toEndpoints(current.name, to.content);
  for (const related of relations) checkRelation(current.name, endpoints, related);
  if (!upgrade.force) checkLimits(current.name, endpoints, relations);
  const stores = { application: current.name, from: from.content, to: to.content };
  await checkStores(tx, stores);
  return carryConstraints(tx, { ...stores, given: upgrade.storage ?? {} });
}

function isSecondFormat({ manifest, metadata }: Charm): boolean {
  return metadata.series.length === 0 && manifest !== null && manifest.bases.length > 0;
}

/** Another version of the operating system can be forced, another system cannot. */
function checkSystem(base: string, to: Charm): void {
  const { name: system } = parseBase(base);
  const supported = new Set(supportedBases(to).map(({ name }) => name));
  if (supported.size === 0 || supported.has(system)) return;
  const subject = `OS "${system}" not supported by charm "${to.metadata.name}"`;
  const message = `${subject}, supported OSes are: ${[...supported].join(", ")}`;
  throw new Problem("not supported", message);
}

/** A relation that is in use must go on; one among peers goes with its endpoint. */
function checkRelation(
  name: string,
  endpoints: readonly Endpoint[],
  { endpoints: used, key }: relation.Relation,
): void {
  const own = used.find(({ application: its }) => its === name);
  if (own === undefined || own.role === "peer") return;
  const isKept = endpoints.some(
    (endpoint) =>
      isSameEndpoint(endpoint, own) &&
      (own.scope === "container" || endpoint.scope !== "container"),
  );
  if (!isKept) throw new Problem("not valid", `would break relation "${key}"`);
}

function checkLimits(
  name: string,
  endpoints: readonly Endpoint[],
  relations: readonly relation.Relation[],
): void {
  for (const endpoint of endpoints) {
    const count = relations.filter(
      ({ endpoints: used, isSuspended }) =>
        !isSuspended &&
        used.some((each) => each.application === name && each.name === endpoint.name),
    ).length;
    if (endpoint.limit === 0 || count <= endpoint.limit) continue;
    const place = formatEndpoint(endpoint);
    const message = `new charm version imposes a maximum relation limit of ${endpoint.limit} for ${place} which cannot be satisfied by the number of already established relations (${count})`;
    throw new Problem("not valid", message);
  }
}

interface Carry {
  readonly current: application.Application;
  readonly to: Charm;
  /** For the new charm. */
  readonly given: application.Settings;
}

/** What the new charm has no such option for, or of another type, is dropped, as Juju does. */
async function carrySettings(
  tx: ReadTransaction,
  { current, to, given }: Carry,
): Promise<application.Settings> {
  const { name, charm: url } = current;
  const old = await application.getSettings(tx, { application: name, charm: url });
  const kept = Object.entries(old).map(([key, value]) => [key, carry(to, key, value)]);
  return { ...Object.fromEntries(kept), ...given };
}

/** The value as the new charm's option has it, for a text may stand for a number; null for none. */
function carry({ config }: Charm, key: string, value: Setting): Setting {
  const option = Object.hasOwn(config, key) ? config[key] : undefined;
  if (option === undefined) return null;
  try {
    return checkSetting(key, option, value);
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

interface PeerChange {
  readonly name: string;
  readonly to: Charm;
  readonly relations: readonly relation.Relation[];
  readonly now: Temporal.Instant;
}

async function changePeerRelations(
  tx: Transaction,
  { name, to, relations, now }: PeerChange,
): Promise<void> {
  const wanted = toEndpoints(name, to).filter(({ role }) => role === "peer");
  const present = relations.filter(({ endpoints: [first] }) => first?.role === "peer");
  const isOf = ({ endpoints: [own] }: relation.Relation, endpoint: Endpoint) =>
    own !== undefined && isSameEndpoint(own, endpoint);
  for (const peer of present) {
    if (!wanted.some((endpoint) => isOf(peer, endpoint))) await relation.remove(tx, peer);
  }
  for (const endpoint of wanted) {
    if (!present.some((peer) => isOf(peer, endpoint))) await establish(tx, [endpoint], now);
  }
}
