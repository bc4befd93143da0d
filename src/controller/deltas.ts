/**
 * Deltas: the entities of a model in the words of `AllWatcher`, and what differs between two looks.
 *
 * Each is a triple of its kind, whether it changed or was removed, and the entity.
 */

import { formatPortRange } from "#charm/port-range.ts";
import { toTag } from "#contract/tags.ts";
import type { TaskHead } from "#domain/action/task.ts";
import type { Application } from "#domain/application/application.ts";
import * as constraints from "#domain/constraints/constraints.ts";
import type { Machine } from "#domain/machine/machine.ts";
import type { ModelSettings } from "#domain/model/config.ts";
import type { Relation } from "#domain/relation/relation.ts";
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
import { parseHardware } from "./hardware.ts";
import type { Overview } from "./overview.ts";

export type Delta = readonly [kind: string, change: "change" | "remove", entity: Entity];
type Entity = Readonly<Record<string, unknown>>;

/** What was told last: each entity's kind and id, and its text. */
export type Told = ReadonlyMap<
  string,
  { readonly kind: string; readonly entity: Entity; readonly text: string }
>;

/** What of a model a look shows beside its overview. */
interface About {
  readonly settings: ModelSettings;
  readonly controller: string;
  readonly tasks: readonly TaskHead[];
  readonly now: Temporal.Instant;
}

/** Everything there is now, by kind and id. */
export function look(overview: Overview, about: About): Told {
  const units = Map.groupBy(overview.units, ({ application }) => application);
  const machines = new Map(overview.machines.map((machine) => [machine.id, machine]));
  const found = [
    toModel(overview, about),
    ...overview.machines.map((machine) => toMachine(overview, machine, about.now)),
    ...[...overview.charms.values()].map(({ url, content }) =>
      entry(overview, ["charm", url], {
        "charm-url": url,
        "charm-version": content.version,
        life: "alive",
        profile: null,
      }),
    ),
    ...overview.applications.map((application) =>
      toApplication(overview, application, units.get(application.name) ?? []),
    ),
    ...overview.units.map((unit) =>
      toUnit(overview, unit, { machine: machines.get(unit.machine), now: about.now }),
    ),
    ...overview.relations.map((relation) => toRelation(overview, relation)),
    ...about.tasks.map((task) => toAction(overview, task)),
  ];
  return new Map(found);
}

/** What is new or different, and what is gone. */
export function difference(before: Told, after: Told): Delta[] {
  const changed = [...after]
    .filter(([key, { text }]) => before.get(key)?.text !== text)
    .map(([, { kind, entity }]): Delta => [kind, "change", entity]);
  const removed = [...before]
    .filter(([key]) => !after.has(key))
    .map(([, { kind, entity }]): Delta => [kind, "remove", entity]);
  return [...changed, ...removed];
}

function entry({ model }: Overview, [kind, id]: readonly [string, string], fields: Entity) {
  const entity = { "model-uuid": model.uuid, ...fields };
  return [`${kind}:${id}`, { kind, entity, text: JSON.stringify(entity) }] as const;
}

function toModel(
  overview: Overview,
  { settings, controller }: { settings: ModelSettings; controller: string },
) {
  const { uuid, name, life, owner, isController, created, agentVersion } = overview.model;
  const current = life === "alive" ? "available" : "destroying";
  return entry(overview, ["model", uuid], {
    ...{ name, life, owner, "controller-uuid": controller, "is-controller": isController },
    config: { ...settings, name, uuid, type: "iaas", "agent-version": agentVersion },
    status: { current, message: "", since: created, version: agentVersion },
    constraints: overview.constraints.get(constraints.entities.model) ?? {},
    sla: { level: "", owner: "" },
  });
}

function toMachine(overview: Overview, machine: Machine, now: Temporal.Instant) {
  const { statuses } = overview;
  const { id, life, base, addresses, hostname, instanceId, version, hardware } = machine;
  const { cores, ...rest } = parseHardware(hardware);
  const said = statuses.get(entities.machineAgent(id)) ?? unknown;
  return entry(overview, ["machine", id], {
    ...{ id, life, base, hostname, "instance-id": instanceId ?? "" },
    "agent-status": toStatus(machineAgentStatus(machine, said, now), version ?? ""),
    "instance-status": toStatus(instanceStatus(overview, id)),
    addresses: addresses.map((value) => ({ value, type: "ipv4", scope: "local-cloud" })),
    "hardware-characteristics": { ...rest, ...(cores === undefined ? {} : { "cpu-cores": cores }) },
    ...{ config: {}, "charm-profiles": [] },
    ...{ "container-type": "", "supported-containers": [], "supported-containers-known": true },
    ...{ jobs: ["JobHostUnits"], "has-vote": false, "wants-vote": false },
  });
}

function toApplication(overview: Overview, application: Application, units: readonly Unit[]) {
  const { name, isExposed, charm, life } = application;
  return entry(overview, ["application", name], {
    ...{ name, exposed: isExposed, "charm-url": charm, life, "min-units": 0 },
    subordinate: overview.subordinates.has(name),
    "owner-tag": toTag("user", overview.model.owner),
    constraints: overview.constraints.get(constraints.entities.application(name)) ?? {},
    status: toStatus(applicationStatus(overview.statuses, name, units)),
    "workload-version": workloadVersion(units),
  });
}

function toUnit(
  overview: Overview,
  unit: Unit,
  { machine, now }: { readonly machine: Machine | undefined; readonly now: Temporal.Instant },
) {
  const { name, application, principal, charm, life, machine: id } = unit;
  const [address = ""] = machine?.addresses ?? [];
  const ranges = overview.ports.get(name) ?? [];
  return entry(overview, ["unit", name], {
    ...{ name, application, life, "charm-url": charm ?? "", "machine-id": id },
    ...{ base: machine?.base ?? "", "public-address": address, "private-address": address },
    ports: ranges.map(({ protocol, from }) => ({ protocol, number: from })),
    "port-ranges": ranges.map(formatPortRange),
    ...{ principal, subordinate: principal !== "" },
    "workload-status": toStatus(workloadStatus(overview.statuses, name)),
    "agent-status": toStatus(
      unitAgentStatus(machine, agentStatus(overview.statuses, name), now),
      machine?.version ?? "",
    ),
  });
}

function toRelation(overview: Overview, { id, key, endpoints }: Relation) {
  return entry(overview, ["relation", `${id}`], {
    ...{ id, key },
    endpoints: endpoints.map(({ application, ...endpoint }) => ({
      "application-name": application,
      relation: endpoint,
    })),
  });
}

/** Results may be large; who wants them asks for them. */
function toAction(overview: Overview, { id, receiver, name, status, message, ...rest }: TaskHead) {
  const { enqueued, started, completed } = rest;
  return entry(overview, ["action", `${id}`], {
    ...{ id: `${id}`, receiver: receiver.name, name, status, message },
    ...{ enqueued, started, completed },
  });
}

function toStatus({ status, message, data, since }: Status, version = "") {
  return { current: status, message, data, version, ...(since === "" ? {} : { since }) };
}
