/** Statuses as a controller would send them, for tests of what becomes of them. */
import type { FullStatus } from "#contract/client.ts";
import type {
  ApplicationStatus,
  DetailedStatus,
  MachineStatus,
  RelationStatus,
  UnitStatus,
} from "./parts.ts";

const since = "2025-02-23T23:02:57Z";

/** `said("active: Primary")` has that status and message. */
export function said(text: string, more: Partial<DetailedStatus> = {}): DetailedStatus {
  const [, status = "", info = ""] = /^(\w*)(?:: (.*))?$/s.exec(text) ?? [];
  return { status, info, data: {}, since, kind: "", version: "", life: "", ...more };
}

export function machine(id: string, more: Partial<MachineStatus> = {}): MachineStatus {
  return {
    ...{ id, "instance-id": `i-0a${id}`, "display-name": "", hostname: "", jobs: ["JobHostUnits"] },
    ...{ "dns-name": `10.0.0.${id}`, "ip-addresses": [`10.0.0.${id}`] },
    "agent-status": said("started", { version: "3.6.3" }),
    "instance-status": said("running: running"),
    "modification-status": said("idle"),
    base: { name: "ubuntu", channel: "22.04" },
    ...{ "network-interfaces": {}, containers: {}, constraints: "" },
    hardware: "arch=amd64 cores=2 mem=4096M availability-zone=us-east-1a",
    ...{ "has-vote": false, "wants-vote": false },
    ...more,
  };
}

export function unit(more: Partial<UnitStatus> = {}): UnitStatus {
  return {
    "agent-status": said("idle", { version: "3.6.3" }),
    "workload-status": said("active"),
    ...{ "workload-version": "", machine: "0", "opened-ports": [], "public-address": "10.0.0.5" },
    ...{ charm: "", subordinates: {} },
    ...more,
  };
}

export function application(more: Partial<ApplicationStatus> = {}): ApplicationStatus {
  return {
    ...{ charm: "ch:amd64/jammy/mysql-240", "charm-channel": "8.0/stable", "charm-rev": 240 },
    ...{ "charm-version": "", "charm-profile": "", "can-upgrade-to": "", exposed: false, life: "" },
    base: { name: "ubuntu", channel: "22.04" },
    ...{ relations: {}, "subordinate-to": [], "meter-statuses": {}, "workload-version": "" },
    ...{ "endpoint-bindings": {}, "public-address": "", units: {} },
    status: said("active"),
    ...more,
  };
}

/** The application in these samples whose relations are within a unit. */
const subordinate = "logs";

/** `relation("mysql:db", "wordpress:database")`, or one among peers. */
function relation(provider: string, requirer?: string): RelationStatus {
  const endpoints =
    requirer === undefined
      ? [toEndpoint(provider, "peer")]
      : [toEndpoint(requirer, "requirer"), toEndpoint(provider, "provider")];
  const key = [requirer, provider].filter(Boolean).join(" ");
  return { id: 0, key, interface: "mysql", scope: "global", endpoints, status: said("joined") };
}

function toEndpoint(end: string, role: string): RelationStatus["endpoints"][number] {
  const [application = "", name = ""] = end.split(":");
  return { application, name, role, subordinate: application === subordinate };
}

export function fullStatus(more: Partial<FullStatus> = {}): FullStatus {
  return {
    model: model(),
    ...{ machines: {}, applications: {}, "remote-applications": {}, offers: {}, branches: {} },
    relations: [],
    "controller-timestamp": "2025-02-24T08:04:05Z",
    ...more,
  };
}

export function model(more: Partial<FullStatus["model"]> = {}): FullStatus["model"] {
  return {
    ...{ name: "web", type: "iaas", "cloud-tag": "cloud-aws", region: "us-east-1" },
    ...{ version: "3.6.3", "available-version": "", sla: "unsupported" },
    "model-status": said("available", { kind: "model" }),
    "meter-status": { color: "", message: "" },
    ...more,
  };
}

const lost = "agent lost, see 'juju show-status-log mysql/1'";
const away = "agent is not communicating with the server";

/** The example in the facts about Juju's layout. */
const worked = fullStatus({
  model: model({ "available-version": "3.6.5" }),
  machines: {
    "0": machine("0", { "instance-id": "i-0a1", "dns-name": "10.0.0.5" }),
    "1": machine("1", {
      ...{ "instance-id": "i-0a2", "dns-name": "10.0.0.6" },
      "agent-status": said(`down: ${away}`, { version: "3.6.3" }),
      hardware: "arch=amd64 availability-zone=us-east-1b",
    }),
    "2": machine("2", {
      ...{ "instance-id": "i-0a3", "dns-name": "10.0.0.7" },
      hardware: "availability-zone=us-east-1c arch=amd64",
    }),
  },
  applications: {
    wordpress: application({
      ...{ charm: "ch:amd64/jammy/wordpress-12", "charm-channel": "latest/stable", exposed: true },
      status: said("waiting: installing agent"),
      units: {
        "wordpress/0": unit({
          "agent-status": said("allocating"),
          "workload-status": said("waiting: installing agent"),
          ...{ machine: "2", "public-address": "10.0.0.7", leader: true },
          "opened-ports": ["443/tcp", "80/tcp"],
        }),
      },
    }),
    mysql: application({
      status: said("active: Primary"),
      "workload-version": "8.0.36",
      units: {
        "mysql/1": unit({
          "agent-status": said(`lost: ${away}`, { version: "3.6.3" }),
          "workload-status": said(`unknown: ${lost}`),
          ...{ machine: "1", "public-address": "10.0.0.6" },
        }),
        "mysql/0": unit({
          "workload-status": said("active: Primary"),
          ...{ leader: true, "opened-ports": ["3306/tcp"] },
        }),
      },
    }),
  },
});

const upgrading = fullStatus({
  model: model({
    version: "3.6.5",
    "available-version": "3.6.9",
    "model-status": said("available: upgrading to 3.6.5: 1 of 2 machines done"),
  }),
  machines: {
    "0": machine("0", { "agent-status": said("started", { version: "3.6.5" }) }),
    "1": machine("1", {
      "agent-status": said("started: upgrading to 3.6.5", { version: "3.6.3" }),
    }),
  },
  applications: {
    mysql: application({
      charm: "ch:amd64/jammy/mysql-241",
      units: {
        "mysql/0": unit({ charm: "ch:amd64/jammy/mysql-240", leader: true }),
        "mysql/1": unit({
          machine: "1",
          "agent-status": said("executing: running upgrade-charm hook", { version: "3.6.3" }),
          "workload-status": said("maintenance: restarting"),
        }),
      },
    }),
  },
});

const dying = fullStatus({
  model: model({ "model-status": said("destroying", { kind: "model" }) }),
  machines: { "0": machine("0", { "agent-status": said("stopped", { life: "dying" }) }) },
  applications: {
    greeter: application({
      ...{ charm: "local:jammy/greeter-3", "charm-channel": "latest/edge", life: "dying" },
      status: said("unknown"),
      units: {
        "greeter/0": unit({
          "agent-status": said("executing: running stop hook", { life: "dying" }),
          "workload-status": said("terminated"),
        }),
      },
    }),
  },
  relations: [{ ...relation("greeter:peers"), status: said("broken") }],
});

/** Two databases, a client of both, and what stands beside its unit; a container on a machine. */
const related = fullStatus({
  machines: {
    "0": machine("0", {
      containers: {
        "0/lxd/10": machine("10", { id: "0/lxd/10" }),
        "0/lxd/2": machine("2", { id: "0/lxd/2", hardware: "" }),
      },
      "network-interfaces": {
        eth0: {
          ...{ "ip-addresses": ["10.0.0.5"], "mac-address": "00:16:3e:00:00:01" },
          ...{ "is-up": true, space: "alpha" },
        },
      },
    }),
  },
  applications: {
    db: application(),
    standby: application(),
    app: application({
      units: {
        "app/0": unit({
          subordinates: {
            "probe/1": unit({ machine: "", "agent-status": said("allocating") }),
            "logs/0": unit({ machine: "", leader: true }),
          },
        }),
      },
    }),
    [subordinate]: application({ "subordinate-to": ["app"] }),
    probe: application({ "subordinate-to": ["app"] }),
  },
  relations: [
    relation("standby:db", "app:store"),
    relation("db:db", "app:store"),
    relation("db:cluster"),
    {
      ...relation("app:juju-info", "logs:info"),
      ...{ interface: "juju-info", scope: "container" },
    },
  ],
});

export const samples = { empty: fullStatus(), worked, upgrading, dying, related };
