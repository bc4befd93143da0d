/**
 * The status that programs read.
 *
 * Clients stumble over a required key that is missing and over a map that is null. So the required
 * ones are always there, and what has nothing to say is left out.
 */
import type { FullStatus } from "#contract/client.ts";
import { parseTagOf } from "#contract/tags.ts";
import { type StorageLists, toStorageDocument } from "../storage/document.ts";
import { present } from "../without-empty.ts";
import { sortEntries, sortNaturally } from "./natural.ts";
import {
  type ApplicationStatus,
  containersOf,
  type DetailedStatus,
  type MachineStatus,
  type RelationStatus,
  subordinatesOf,
  toBase,
  toCharmParts,
  type UnitStatus,
} from "./parts.ts";
import type {
  ApplicationDocument,
  BaseDocument,
  InterfaceDocument,
  MachineDocument,
  ModelDocument,
  RelatedDocument,
  StatusDocument,
  StatusInfo,
  UnitDocument,
} from "./status-document.ts";
import { formatSince, formatTimeOfDay } from "./times.ts";

export interface About {
  /** The controller's name, as the client knows it. */
  readonly controller: string;
  /** An IANA zone, or "UTC". */
  readonly zone: string;
}

export function toStatusDocument(status: FullStatus, about: About): StatusDocument {
  const { zone } = about;
  const timestamp = formatTimeOfDay(status["controller-timestamp"], zone);
  return {
    model: toModel(status.model, about),
    machines: toMap(sortEntries(status.machines), (machine) => toMachine(machine, zone)),
    applications: toMap(sortEntries(status.applications), (application, name) =>
      toApplication(application, toRelations(name, status.relations), zone),
    ),
    storage: toStorageDocument(status as StorageLists, zone),
    ...present({ controller: present({ timestamp }) }),
  };
}

function toModel(model: FullStatus["model"], { controller, zone }: About): ModelDocument {
  return {
    ...{ name: model.name, type: model.type, controller },
    cloud: parseTagOf("cloud", model["cloud-tag"]),
    ...present({ region: model.region }),
    version: model.version,
    ...present({
      "upgrade-available": model["available-version"],
      "model-status": toStatusInfo(model["model-status"], zone),
      "meter-status": present(model["meter-status"]),
      sla: model.sla,
    }),
  };
}

function toMachine(machine: MachineStatus, zone: string): MachineDocument {
  return present({
    "juju-status": toStatusInfo(machine["agent-status"], zone),
    hostname: machine.hostname,
    "dns-name": machine["dns-name"],
    "ip-addresses": machine["ip-addresses"],
    "instance-id": machine["instance-id"],
    "display-name": machine["display-name"],
    "machine-status": toStatusInfo(machine["instance-status"], zone),
    "modification-status": toStatusInfo(machine["modification-status"], zone),
    base: toBaseDocument(machine.base),
    "network-interfaces": toMap(sortEntries(machine["network-interfaces"]), toInterface),
    containers: toMap(containersOf(machine), (container) => toMachine(container, zone)),
    constraints: machine.constraints,
    hardware: machine.hardware,
  });
}

function toInterface(device: MachineStatus["network-interfaces"][string]): InterfaceDocument {
  return {
    "ip-addresses": device["ip-addresses"],
    "mac-address": device["mac-address"],
    "is-up": device["is-up"],
    ...present({ space: device.space }),
  };
}

type Relations = Readonly<Record<string, readonly RelatedDocument[]>>;

function toApplication(
  application: ApplicationStatus,
  relations: Relations,
  zone: string,
): ApplicationDocument {
  const { origin, name, revision } = toCharmParts(application.charm);
  const isLocal = origin === "local";
  return {
    charm: isLocal ? application.charm : name,
    ...present({ base: toBaseDocument(application.base) }),
    "charm-origin": origin,
    "charm-name": name,
    "charm-rev": revision,
    ...present({
      "charm-channel": isLocal ? "" : application["charm-channel"],
      "charm-version": application["charm-version"],
      "charm-profile": application["charm-profile"],
      "can-upgrade-to": application["can-upgrade-to"],
    }),
    exposed: application.exposed,
    ...present({
      life: application.life,
      "application-status": toStatusInfo(application.status, zone),
      relations,
      "subordinate-to": application["subordinate-to"],
      units: toMap(sortEntries(application.units), (unit, name) =>
        toUnit(unit, { zone, meter: application["meter-statuses"][name] }),
      ),
      version: application["workload-version"],
      "endpoint-bindings": application["endpoint-bindings"],
    }),
  };
}

/** Who is at the other end of each of the application's endpoints; among peers, it is itself. */
function toRelations(name: string, relations: readonly RelationStatus[]): Relations {
  const related = relations.flatMap(({ endpoints, interface: spoken, scope }) =>
    endpoints
      .filter(({ application }) => application === name)
      .map((own) => {
        const other = endpoints.find((endpoint) => endpoint !== own) ?? own;
        const entry = { "related-application": other.application, interface: spoken, scope };
        return { endpoint: own.name, entry };
      }),
  );
  const sorted = sortNaturally(
    related,
    ({ endpoint, entry }) => `${endpoint} ${entry["related-application"]}`,
  );
  const byEndpoint = Map.groupBy(sorted, ({ endpoint }) => endpoint);
  return toMap([...byEndpoint], (entries) => entries.map(({ entry }) => entry));
}

type Meter = ApplicationStatus["meter-statuses"][string] | undefined;

function toUnit(
  unit: UnitStatus,
  { zone, meter }: { readonly zone: string; readonly meter?: Meter },
): UnitDocument {
  return present({
    "workload-status": toStatusInfo(unit["workload-status"], zone),
    "juju-status": toStatusInfo(unit["agent-status"], zone),
    ...(meter && { "meter-status": present(meter) }),
    ...(unit.leader && { leader: true }),
    "upgrading-from": unit.charm,
    machine: unit.machine,
    "open-ports": unit["opened-ports"],
    "public-address": unit["public-address"],
    subordinates: toMap(subordinatesOf(unit), (subordinate) => toUnit(subordinate, { zone })),
  });
}

function toStatusInfo(status: DetailedStatus, zone: string): StatusInfo {
  return present({
    current: status.status,
    message: status.info,
    since: formatSince(status.since, zone),
    version: status.version,
    life: status.life,
  });
}

function toBaseDocument(base: MachineStatus["base"]): BaseDocument | undefined {
  return base.name === "" ? undefined : toBase(base);
}

function toMap<From, To>(
  entries: readonly (readonly [string, From])[],
  convert: (value: From, name: string) => To,
): Record<string, To> {
  return Object.fromEntries(entries.map(([name, value]) => [name, convert(value, name)]));
}
