/** Serves what Application says of applications and units to who looks closely at a few of them. */
import { parseBase } from "#charm/base.ts";
import { endpointsOf } from "#charm/metadata.ts";
import { formatPortRange } from "#charm/port-range.ts";
import type { Application } from "#contract/application.ts";
import { parseTagOf } from "#contract/tags.ts";
import * as application from "#domain/application/application.ts";
import { bindingsOf } from "#domain/application/bindings.ts";
import * as charm from "#domain/charm/charm.ts";
import * as constraints from "#domain/constraints/constraints.ts";
import * as leadership from "#domain/leadership/leadership.ts";
import * as machine from "#domain/machine/machine.ts";
import * as membership from "#domain/relation/membership.ts";
import * as relation from "#domain/relation/relation.ts";
import { listPossible, membersSeen } from "#domain/relation/subordinate.ts";
import * as port from "#domain/unit/port.ts";
import * as unit from "#domain/unit/unit.ts";
import type { ReadTransaction } from "#store/database.ts";
import type { Handlers } from "../facade.ts";
import { read } from "../session.ts";
import { describeExposure } from "./exposure.ts";

type DescribeMethods = "ApplicationsInfo" | "CharmRelations" | "UnitsInfo";

export const describeHandlers: Pick<Handlers<typeof Application.methods>, DescribeMethods> = {
  async ApplicationsInfo(session, { tag }) {
    const name = parseTagOf("application", tag);
    return { result: await read(session, (tx) => describeApplication(tx, name)) };
  },

  async CharmRelations(session, { application: name }) {
    return read(session, async (tx) => {
      const { charm: url } = await application.get(tx, name);
      const { content } = await charm.get(tx, url);
      return { "charm-relations": [...endpointsOf(content.metadata).keys()] };
    });
  },

  async UnitsInfo(session, { tag }) {
    const name = parseTagOf("unit", tag);
    return { result: await read(session, (tx) => describeUnit(tx, name)) };
  },
};

async function describeApplication(tx: ReadTransaction, name: string) {
  const found = await application.get(tx, name);
  const { content } = await charm.get(tx, found.charm);
  return {
    ...{ tag: `application-${name}`, charm: content.metadata.name, channel: found.channel },
    ...{ base: parseBase(found.base), life: found.life, remote: false },
    principal: !content.metadata.subordinate,
    constraints: await constraints.get(tx, constraints.entities.application(name)),
    exposed: found.isExposed,
    "exposed-endpoints": describeExposure(found),
    "endpoint-bindings": bindingsOf(content),
  };
}

async function describeUnit(tx: ReadTransaction, name: string) {
  const found = await unit.get(tx, name);
  const { addresses } = await machine.get(tx, found.machine);
  const leader = await leadership.findLeader(tx, found.application);
  const [address = ""] = addresses;
  return {
    ...{ tag: `unit-${name.replace("/", "-")}`, machine: found.machine, life: found.life },
    ...{ charm: found.charm ?? found.desiredCharm, leader: leader === name },
    ...{ address, "public-address": address, "workload-version": found.workloadVersion },
    "opened-ports": (await port.list(tx, name)).map(formatPortRange),
    "relation-data": await listRelationData(tx, found),
  };
}

async function listRelationData(tx: ReadTransaction, seer: unit.Unit) {
  const { name, application: of, machine: place } = seer;
  const relations = await listPossible(tx, seer, await relation.listOf(tx, seer.application));
  const together = await unit.list(tx, { machine: place });
  const members = await membership.list(
    tx,
    relations.map(({ id }) => id),
  );
  const described = relations.map((each) => {
    const own = members.filter(({ relation: id }) => id === each.id);
    const seen = membersSeen(each, own, { seer, together });
    return describeRelation(tx, each, { name, of, members: seen });
  });
  return await Promise.all(described);
}

interface Seen {
  readonly name: string;
  /** The unit's application. */
  readonly of: string;
  readonly members: readonly membership.Member[];
}

/** What the other side says, and what the unit itself does; among peers, all of them. */
async function describeRelation(
  tx: ReadTransaction,
  { id, endpoints }: relation.Relation,
  { name, of, members }: Seen,
) {
  const own = endpoints.find((endpoint) => endpoint.application === of);
  const other = endpoints.find((endpoint) => endpoint !== own) ?? own;
  const remote = other?.application ?? of;
  const settingsOf = (member: string) => membership.getSettings(tx, { relation: id, member });
  const units = members
    .map((each) => ({ ...each, isUnit: each.unit !== each.application }))
    .filter((each) => each.isUnit && (each.unit === name || each.application === remote))
    .map(async ({ unit: member }) => {
      return [member, { InScope: true, UnitData: await settingsOf(member) }] as const;
    });
  return {
    ...{ "relation-id": id, endpoint: own?.name ?? "", "related-endpoint": other?.name ?? "" },
    "cross-model": false,
    ApplicationData: await settingsOf(remote),
    "unit-relation-data": Object.fromEntries(await Promise.all(units)),
  };
}
