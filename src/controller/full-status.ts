/** A model in the words of `Client.FullStatus`. */
import { byText } from "#base/order.ts";
import { parseBase } from "#charm/base.ts";
import { formatPortRange } from "#charm/port-range.ts";
import type { FullStatus } from "#contract/client.ts";
import { formatConstraints } from "#contract/constraints.ts";
import { toTag } from "#contract/tags.ts";
import type { Application } from "#domain/application/application.ts";
import { bindingsOf } from "#domain/application/bindings.ts";
import * as constraints from "#domain/constraints/constraints.ts";
import type { Machine } from "#domain/machine/machine.ts";
import type { Endpoint } from "#domain/relation/endpoints.ts";
import type { Relation } from "#domain/relation/relation.ts";
import { statusOf } from "#domain/relation/suspend.ts";
import { entities, type Status } from "#domain/status/status.ts";
import {
  agentStatus,
  applicationStatus,
  unknown,
  workloadStatus,
  workloadVersion,
} from "#domain/unit/shown-status.ts";
import type { Unit } from "#domain/unit/unit.ts";
import { instanceStatus, machineAgentStatus, unitAgentStatus } from "./agent-status.ts";
import { describeExposure } from "./application/exposure.ts";
import type { Overview } from "./overview.ts";
import { sayUpgrade } from "./upgrade-message.ts";

type WireUnit = FullStatus["applications"][string]["units"][string];
type WireApplication = FullStatus["applications"][string];
type WireMachine = FullStatus["machines"][string];
type WireStatus = WireUnit["agent-status"];

/** What every part of a status is made from. */
interface Moment {
  readonly overview: Overview;
  readonly machines: ReadonlyMap<string, Machine>;
  /** The URL of each application's. */
  readonly charms: ReadonlyMap<string, string>;
  /** Subordinates, by the unit that they stand beside; all others have none. */
  readonly beside: ReadonlyMap<string, readonly Unit[]>;
  readonly now: Temporal.Instant;
}

const noColor = { color: "", message: "" };

export function toFullStatus(overview: Overview, now: Temporal.Instant): FullStatus {
  const machines = new Map(overview.machines.map((machine) => [machine.id, machine]));
  const beside = Map.groupBy(overview.units, ({ principal }) => principal);
  const charms = new Map(overview.applications.map(({ name, charm }) => [name, charm]));
  const moment: Moment = { overview, machines, charms, beside, now };
  const units = Map.groupBy(overview.units, ({ application }) => application);
  return {
    model: toModel(moment),
    machines: Object.fromEntries(
      overview.machines.map((each) => [each.id, toMachine(moment, each)]),
    ),
    applications: Object.fromEntries(
      overview.applications.map((each) => [
        each.name,
        toApplication(moment, each, units.get(each.name) ?? []),
      ]),
    ),
    "remote-applications": {},
    offers: {},
    relations: overview.relations.map((each) => toRelation(overview, each)),
    branches: {},
    "controller-timestamp": now.toString(),
  };
}

function toModel({ overview }: Moment): FullStatus["model"] {
  const { name, cloud, region, agentVersion, life, created } = overview.model;
  const status = life === "alive" ? "available" : "destroying";
  const said = { status, message: sayUpgrade(overview.upgrade), data: {}, since: created };
  return {
    ...{ name, type: "iaas", region, sla: "unsupported", version: agentVersion },
    "cloud-tag": toTag("cloud", cloud),
    "available-version": "",
    "model-status": toStatus(said, { kind: "model" }),
    "meter-status": noColor,
  };
}

function toMachine({ overview, now }: Moment, machine: Machine): WireMachine {
  const { id, base, addresses, hostname, hardware, version, life, instanceId } = machine;
  const said = overview.statuses.get(entities.machineAgent(id)) ?? unknown;
  const instance = instanceStatus(overview, id);
  const own = life === "alive" ? "" : life;
  const asked = overview.constraints.get(constraints.entities.machine(id)) ?? {};
  const agent = toStatus(machineAgentStatus(machine, said, now), { version, life: own });
  const device = { "ip-addresses": addresses, "mac-address": "", "is-up": true, space: "alpha" };
  return {
    ...{ id, hostname, hardware, containers: {}, jobs: ["JobHostUnits"] },
    constraints: formatConstraints(asked),
    "instance-id": instanceId ?? "pending",
    "display-name": "",
    "dns-name": addresses[0] ?? "",
    "ip-addresses": addresses,
    "agent-status": agent,
    "instance-status": toStatus(instance, {}),
    "modification-status": toStatus({ ...unknown, status: "idle", since: instance.since }, {}),
    base: toShownBase(base),
    "network-interfaces": addresses.length > 0 ? { lo: device } : {},
    "has-vote": false,
    "wants-vote": false,
  };
}

function toApplication(
  moment: Moment,
  application: Application,
  units: readonly Unit[],
): WireApplication {
  const { overview } = moment;
  const { name, charm: url, channel, base, isExposed, life } = application;
  const charm = overview.charms.get(url);
  const relations = overview.relations.filter(({ endpoints }) =>
    endpoints.some((each) => each.application === name),
  );
  return {
    ...{
      charm: url,
      exposed: isExposed,
      "exposed-endpoints": describeExposure(application),
      life: life === "alive" ? "" : life,
    },
    ...(channel === "" ? {} : { "charm-channel": channel }),
    "charm-rev": charm?.revision ?? 0,
    "charm-version": charm?.content.version ?? "",
    "charm-profile": "",
    "can-upgrade-to": "",
    base: toShownBase(base),
    relations: relatedTo(name, relations),
    "subordinate-to": overview.subordinates.has(name) ? servedBy(name, relations) : [],
    "meter-statuses": toMeterStatuses(units),
    status: toStatus(applicationStatus(overview.statuses, name, units), {}),
    "workload-version": workloadVersion(units),
    "endpoint-bindings": charm ? bindingsOf(charm.content) : {},
    "public-address": "",
    units: toUnits(
      moment,
      units.filter(({ principal }) => principal === ""),
    ),
  };
}

/** Of those of which somebody has said one. */
function toMeterStatuses(units: readonly Unit[]): WireApplication["meter-statuses"] {
  const said = units.filter(({ meterStatus }) => meterStatus !== "");
  const statuses = said.map(({ name, meterStatus, meterInfo }) => [
    name,
    { color: meterStatus.toLowerCase(), message: meterInfo },
  ]);
  return Object.fromEntries(statuses);
}

/** The applications beside whose units those of the subordinate stand. */
function servedBy(name: string, relations: readonly Relation[]): string[] {
  const served = relations
    .filter(({ scope }) => scope === "container")
    .flatMap(({ endpoints }) => endpoints.map(({ application }) => application))
    .filter((application) => application !== name);
  return [...new Set(served)].toSorted(byText);
}

function toUnits(moment: Moment, units: readonly Unit[]): Record<string, WireUnit> {
  return Object.fromEntries(units.map((each) => [each.name, toUnit(moment, each)]));
}

/** For each endpoint the applications at the other end; among peers, the application itself. */
function relatedTo(name: string, relations: readonly Relation[]): Record<string, string[]> {
  const related = new Map<string, string[]>();
  for (const { endpoints } of relations) {
    const own = endpoints.find(({ application }) => application === name);
    const other = endpoints.find((endpoint) => endpoint !== own) ?? own;
    if (own === undefined || other === undefined) continue;
    const names = [...(related.get(own.name) ?? []), other.application];
    related.set(own.name, names.toSorted(byText));
  }
  return Object.fromEntries(related);
}

/** Where a subordinate is goes without saying. */
function toUnit(moment: Moment, unit: Unit): WireUnit {
  const { overview, machines, charms, beside, now } = moment;
  const { name, machine: machineId, principal, charm, application, life } = unit;
  const machine = machines.get(machineId);
  const agent = unitAgentStatus(machine, agentStatus(overview.statuses, name), now);
  const version = machine?.version ?? null;
  const isOld = charm !== null && charm !== charms.get(application);
  const leader = overview.leaders.get(application) === name;
  return {
    "agent-status": toStatus(agent, { version, life: life === "alive" ? "" : life }),
    "workload-status": toStatus(workloadStatus(overview.statuses, name), {}),
    "workload-version": unit.workloadVersion,
    machine: principal === "" ? machineId : "",
    "opened-ports": (overview.ports.get(name) ?? []).map(formatPortRange),
    "public-address": machine?.addresses[0] ?? "",
    charm: isOld ? charm : "",
    subordinates: toUnits(moment, beside.get(name) ?? []),
    ...(leader ? { leader } : {}),
  };
}

function toRelation(overview: Overview, relation: Relation): FullStatus["relations"][number] {
  const { id, key, scope, since, suspendedReason: message, endpoints } = relation;
  return {
    ...{ id, key, scope, interface: relation.interface },
    endpoints: endpoints.map((each) => toEndpoint(overview, each)),
    status: toStatus({ status: statusOf(relation), message, data: {}, since }, {}),
  };
}

function toEndpoint(overview: Overview, { application, name, role }: Endpoint) {
  return { application, name, role, subordinate: overview.subordinates.has(application) };
}

interface About {
  readonly kind?: string;
  readonly version?: string | null;
  readonly life?: string;
}

function toStatus({ status, message, data, since }: Status, about: About): WireStatus {
  const { kind = "", version, life = "" } = about;
  return { status, info: message, data, since, kind, version: version ?? "", life };
}

/** Other than elsewhere, `/stable` goes without saying. */
function toShownBase(text: string): { name: string; channel: string } {
  const { name, channel } = parseBase(text);
  return { name, channel: channel.replace(/\/stable$/, "") };
}
