/** Client: the whole of a model at once, and a watcher of all of it. */
import { base, detailedStatus } from "./common.ts";
import { bulk, facade, method } from "./facade.ts";
import { storageDetails } from "./storage.ts";
import {
  flag,
  integer,
  json,
  list,
  map,
  nothing,
  optional,
  record,
  text,
  type ValueOf,
} from "./wire.ts";

const networkInterface = record({
  "ip-addresses": list(text),
  "mac-address": text,
  "is-up": flag,
  space: optional(text),
});

export const machineStatus = record({
  id: text,
  "instance-id": text,
  "display-name": text,
  hostname: optional(text),
  "dns-name": text,
  "ip-addresses": list(text),
  "agent-status": detailedStatus,
  "instance-status": detailedStatus,
  "modification-status": detailedStatus,
  base,
  "network-interfaces": map(networkInterface),
  containers: map(json),
  constraints: text,
  hardware: text,
  jobs: list(text),
  "has-vote": flag,
  "wants-vote": flag,
});

const meterStatus = record({ color: text, message: text });

export const unitStatus = record({
  "agent-status": detailedStatus,
  "workload-status": detailedStatus,
  "workload-version": text,
  machine: text,
  "opened-ports": list(text),
  "public-address": text,
  /** The unit's charm, only while it is not yet the application's. */
  charm: text,
  subordinates: map(json),
  leader: optional(flag),
});

const applicationStatus = record({
  charm: text,
  "charm-channel": optional(text),
  "charm-rev": optional(integer),
  "charm-version": text,
  "charm-profile": text,
  "can-upgrade-to": text,
  base,
  exposed: flag,
  "exposed-endpoints": optional(map(json)),
  life: text,
  relations: map(list(text)),
  "subordinate-to": list(text),
  "meter-statuses": map(meterStatus),
  status: detailedStatus,
  "workload-version": text,
  "endpoint-bindings": map(text),
  "public-address": text,
  units: map(unitStatus),
});

const relationStatus = record({
  id: integer,
  key: text,
  interface: text,
  scope: text,
  endpoints: list(record({ application: text, name: text, role: text, subordinate: flag })),
  status: detailedStatus,
});

const modelStatusInfo = record({
  name: text,
  type: text,
  "cloud-tag": text,
  region: optional(text),
  version: text,
  "available-version": text,
  "model-status": detailedStatus,
  "meter-status": meterStatus,
  sla: text,
});

const fullStatus = record({
  model: modelStatusInfo,
  machines: map(machineStatus),
  applications: map(applicationStatus),
  "remote-applications": map(json),
  offers: map(json),
  relations: list(relationStatus),
  branches: map(json),
  "controller-timestamp": text,
  storage: optional(list(storageDetails)),
  /** As in the facade Storage. */
  filesystems: optional(list(json)),
  volumes: optional(list(json)),
});
export type FullStatus = ValueOf<typeof fullStatus>;

const statusHistoryFilter = record({
  /** The newest so many; 0 for all. */
  size: integer,
  /** Those since then, in RFC 3339. */
  date: optional(text),
  /** Those of the last so many nanoseconds, a number that need not be a safe one. */
  delta: json,
  /** None with one of these messages. */
  exclude: list(text),
});

export const Client = facade(
  { name: "Client", versions: [6, 7, 8], scope: "model" },
  {
    /**
     * The model, or the part of it that matches: a machine's, an application's or a unit's name, a
     * workload status, or any of those with `*`. Units bring their application and machine along.
     */
    FullStatus: method(
      "read",
      record({ patterns: list(text), "include-storage": flag }),
      fullStatus,
    ),
    /**
     * What an entity has said of itself, the oldest first. `historyKind` is what of it: `unit` for a
     * unit's agent and workload, `juju-unit` and `workload` for one of the two, and so on.
     */
    StatusHistory: bulk(
      { access: "read", list: "requests" },
      record({ historyKind: text, tag: text, size: integer, filter: statusHistoryFilter }),
      record({ history: record({ statuses: list(detailedStatus) }) }),
    ),
    WatchAll: method("read", nothing, record({ "watcher-id": text })),
  },
);
