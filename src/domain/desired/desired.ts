/**
 * What is desired of a machine: everything that its agent needs to know, in one look.
 *
 * It comes with its topics, the rows that it was made from: as long as none of those changes, it
 * cannot have changed either, and nobody needs to look again.
 */
import type { Charm } from "#charm/charm.ts";
import type { ChangeKind } from "#store/changes.ts";
import type { ReadTransaction } from "#store/database.ts";
import * as task from "../action/task.ts";
import * as application from "../application/application.ts";
import { effective } from "../application/settings.ts";
import * as charm from "../charm/charm.ts";
import * as leadership from "../leadership/leadership.ts";
import * as leaderSettings from "../leadership/settings.ts";
import type { Life } from "../life.ts";
import * as machine from "../machine/machine.ts";
import { type DesiredUpgrade, desiredOf } from "../machine/upgrade.ts";
import { findLock } from "../machine/upgrade-row.ts";
import type { ModelSettings } from "../model/config.ts";
import * as model from "../model/model.ts";
import { type Endpoint, isSameEndpoint } from "../relation/endpoints.ts";
import * as membership from "../relation/membership.ts";
import { toEndpoints } from "../relation/relate.ts";
import * as relation from "../relation/relation.ts";
import { listPossible, membersSeen } from "../relation/subordinate.ts";
import { listNews, type SecretNews } from "../secret/news.ts";
import { topicOf } from "../secret/secret.ts";
import * as storage from "../storage/storage.ts";
import * as unit from "../unit/unit.ts";

/** A relation as one unit sees it. */
export interface DesiredRelation {
  readonly id: number;
  readonly endpoint: Endpoint;
  readonly remoteApplication: string;
  readonly life: Life;
  readonly isSuspended: boolean;
  /** The other units that take part, with the versions of their settings. */
  readonly members: ReadonlyMap<string, number>;
  /** Of the remote application's settings; 0 while there are none. */
  readonly applicationVersion: number;
}

/** What the unit is to have, or to give away, as its charm would have it. */
interface DesiredStorage extends storage.Held {
  /** Where the charm wants it, or empty. */
  readonly wantedLocation: string;
}

export interface DesiredUnit {
  readonly unit: Omit<unit.Unit, "sequence">;
  readonly charm: charm.StoredCharm;
  readonly forceUnits: boolean;
  readonly isTrusted: boolean;
  readonly settings: application.Settings;
  readonly leader: string | undefined;
  /** Rises with each change of what the leader tells the other units. */
  readonly leaderSettingsVersion: number;
  readonly relations: readonly DesiredRelation[];
  /** That are not over. */
  readonly tasks: readonly task.TaskHead[];
  readonly secrets: SecretNews;
  readonly storage: readonly DesiredStorage[];
  /** Of its machine's system, while that is under way. */
  readonly upgrade?: DesiredUpgrade | undefined;
}

export interface Desired {
  readonly machine: machine.Machine;
  readonly model: model.Model;
  readonly modelSettings: ModelSettings;
  readonly units: readonly DesiredUnit[];
  /** Of the machine itself, that are not over. */
  readonly tasks: readonly task.TaskHead[];
  readonly topics: ReadonlySet<string>;
}

/** What a change is known by among topics. */
export function toTopic(kind: ChangeKind, id: string): string {
  return `${kind}:${id}`;
}

/** Throws `not found` for a machine that there is not. */
export async function getDesired(tx: ReadTransaction, id: string): Promise<Desired> {
  const topics = new Set([toTopic("machine", id), toTopic("model", tx.model)]);
  const desired = await machine.get(tx, id);
  const units: DesiredUnit[] = [];
  const together = await unit.list(tx, { machine: id });
  const around = { together, topics, found: new Map<string, Common>() };
  const lock = await findLock(tx, id);
  for (const each of together) {
    const upgrade = desiredOf(lock, each.name);
    const one = await getUnit(tx, each, around);
    units.push(upgrade === undefined ? one : { ...one, upgrade });
  }
  return {
    machine: desired,
    model: await model.get(tx),
    modelSettings: await model.getSettings(tx),
    units,
    tasks: await listTasks(tx, { kind: "machine", name: id }, topics),
    topics,
  };
}

interface Around {
  /** The units of the machine. */
  readonly together: readonly unit.Unit[];
  readonly topics: Set<string>;
  /** Of units of one application that are to run the same charm, by both. */
  readonly found: Map<string, Common>;
}

type Common = Awaited<ReturnType<typeof findCommon>>;

async function getUnit(
  tx: ReadTransaction,
  desired: unit.Unit,
  around: Around,
): Promise<DesiredUnit> {
  const { name, application: of, desiredCharm } = desired;
  const { topics, found } = around;
  topics.add(toTopic("unit", name));
  topics.add(toTopic("application", of));
  topics.add(toTopic("leadership", of));
  topics.add(toTopic("leader_settings", of));
  const key = `${of} ${desiredCharm}`;
  const common = found.get(key) ?? (await findCommon(tx, desired));
  found.set(key, common);
  const { relations, members, ...shared } = common;
  const { sequence, ...told } = desired;
  return {
    ...shared,
    unit: told,
    relations: await listRelations(tx, { desired, common }, around),
    tasks: await listTasks(tx, { kind: "unit", name }, topics),
    secrets: await listSecrets(tx, desired, topics),
    storage: await listStorage(tx, name, shared.charm.content),
  };
}

/** What units of one application that are to run the same charm have in common. */
async function findCommon(tx: ReadTransaction, { application: of, desiredCharm }: unit.Unit) {
  const { forceUnits, isTrusted } = await application.get(tx, of);
  const relations = await relation.listOf(tx, of);
  const ids = relations.map(({ id }) => id);
  return {
    charm: await charm.get(tx, desiredCharm),
    forceUnits,
    isTrusted,
    settings: await effective(tx, { application: of, charm: desiredCharm }),
    leader: await leadership.findLeader(tx, of),
    leaderSettingsVersion: (await leaderSettings.get(tx, of)).version,
    relations,
    members: Map.groupBy(await membership.list(tx, ids), (each) => each.relation),
  };
}

async function listTasks(
  tx: ReadTransaction,
  receiver: task.Receiver,
  topics: Set<string>,
): Promise<task.TaskHead[]> {
  topics.add(toTopic("task", task.receiverKey(receiver)));
  return await task.listTold(tx, receiver);
}

/**
 * What the charm has no store for, it hears of with the charm that has. The unit is told of
 * whenever any of it changes. As in Juju, many of a store lie side by side at the location.
 */
async function listStorage(
  tx: ReadTransaction,
  name: string,
  { metadata }: Charm,
): Promise<DesiredStorage[]> {
  const held = await storage.listHeld(tx, name);
  return held.flatMap(({ instance, attachment }) => {
    const { store, id } = instance;
    const declared = Object.hasOwn(metadata.storage, store) ? metadata.storage[store] : undefined;
    if (declared === undefined && attachment.life === "alive") return [];
    const { location = "", countMax = 1 } = declared ?? {};
    const isShared = location !== "" && countMax !== 1;
    return [{ instance, attachment, wantedLocation: isShared ? `${location}/${id}` : location }];
  });
}

/**
 * Those that the unit takes part in, and those that it is to take part in. A relation that dies is
 * over for a unit that never did, as is every other for one that is going itself; and what its
 * charm has no endpoint for, it hears of with the charm that has.
 */
async function listRelations(
  tx: ReadTransaction,
  { desired, common }: { readonly desired: unit.Unit; readonly common: Common },
  { together, topics }: Around,
): Promise<DesiredRelation[]> {
  const { name, application: of, life } = desired;
  const { members, charm: stored } = common;
  const endpoints = toEndpoints(of, stored.content);
  const relations = await listPossible(tx, desired, common.relations);
  for (const { id } of relations) topics.add(toTopic("relation", `${id}`));
  const isMember = (id: number) => members.get(id)?.some((each) => each.unit === name);
  const isToBe = (seen: DesiredRelation) =>
    [life, seen.life].every((each) => each === "alive") &&
    !seen.isSuspended &&
    endpoints.some((endpoint) => isSameEndpoint(endpoint, seen.endpoint));
  return relations
    .map((each) => ({
      ...each,
      members: membersSeen(each, members.get(each.id) ?? [], { seer: desired, together }),
    }))
    .map((each) => seenFrom(name, of, each))
    .filter((seen) => isMember(seen.id) || isToBe(seen));
}

/** What it owns is known by its owner, and what it reads by itself. */
async function listSecrets(
  tx: ReadTransaction,
  reader: unit.Unit,
  topics: Set<string>,
): Promise<SecretNews> {
  const { name, application: of } = reader;
  topics.add(toTopic("secret", topicOf({ kind: "application", name: of })));
  topics.add(toTopic("secret", topicOf({ kind: "unit", name })));
  topics.add(toTopic("secret_consumer", name));
  const news = await listNews(tx, reader);
  for (const id of news.known) topics.add(toTopic("secret", id));
  return news;
}

function seenFrom(
  name: string,
  of: string,
  {
    id,
    life,
    isSuspended,
    endpoints,
    members,
  }: relation.Relation & { readonly members: readonly membership.Member[] },
): DesiredRelation {
  const [first, second = first] = endpoints;
  if (first === undefined || second === undefined)
    throw new Error(`relation ${id} has no endpoint`);
  const [own, remote] = first.application === of ? [first, second] : [second, first];
  const remoteApplication = remote.application;
  const others = members.filter(
    (each) =>
      each.application === remoteApplication &&
      each.unit !== name &&
      each.unit !== remoteApplication,
  );
  const applicationVersion = members.find((each) => each.unit === remoteApplication)?.version ?? 0;
  return {
    ...{ id, life, isSuspended, endpoint: own, remoteApplication, applicationVersion },
    members: new Map(others.map((each) => [each.unit, each.version])),
  };
}
