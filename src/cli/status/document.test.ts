import assert from "node:assert/strict";
import { test } from "node:test";
import { toStatusDocument } from "./document.ts";
import { application, fullStatus, machine, model, said, samples, unit } from "./testing.ts";

const about = { controller: "prod", zone: "Pacific/Auckland" };
const time = "24 Feb 2025 12:02:57+13:00";

test("an empty model is its model, empty maps and the controller's time", () => {
  assert.deepEqual(toStatusDocument(samples.empty, about), {
    model: {
      ...{ name: "web", type: "iaas", controller: "prod", cloud: "aws", region: "us-east-1" },
      version: "3.6.3",
      "model-status": { current: "available", since: time },
      sla: "unsupported",
    },
    machines: {},
    applications: {},
    storage: {},
    controller: { timestamp: "21:04:05+13:00" },
  });
});

test("what has nothing to say is left out of the model", () => {
  const bare = fullStatus({
    model: model({
      "cloud-tag": "cloud-manual",
      region: "",
      sla: "",
      "model-status": said("", { since: "" }),
    }),
    "controller-timestamp": "",
  });

  assert.deepEqual(toStatusDocument(bare, about), {
    model: { name: "web", type: "iaas", controller: "prod", cloud: "manual", version: "3.6.3" },
    ...{ machines: {}, applications: {}, storage: {} },
  });
});

test("during an upgrade each agent has its version, and a unit the charm that it comes from", () => {
  const document = toStatusDocument(samples.upgrading, about);

  assert.deepEqual(document.model["model-status"], {
    current: "available",
    message: "upgrading to 3.6.5: 1 of 2 machines done",
    since: time,
  });
  assert.equal(document.model.version, "3.6.5");
  assert.equal(document.model["upgrade-available"], "3.6.9");
  assert.deepEqual(document.machines["0"]?.["juju-status"], {
    ...{ current: "started", since: time, version: "3.6.5" },
  });
  assert.deepEqual(document.machines["1"]?.["juju-status"], {
    ...{ current: "started", message: "upgrading to 3.6.5", since: time, version: "3.6.3" },
  });
  assert.deepEqual(document.applications.mysql?.units, {
    "mysql/0": {
      "workload-status": { current: "active", since: time },
      "juju-status": { current: "idle", since: time, version: "3.6.3" },
      leader: true,
      "upgrading-from": "ch:amd64/jammy/mysql-240",
      machine: "0",
      "public-address": "10.0.0.5",
    },
    "mysql/1": {
      "workload-status": { current: "maintenance", message: "restarting", since: time },
      "juju-status": {
        ...{ current: "executing", message: "running upgrade-charm hook", since: time },
        version: "3.6.3",
      },
      machine: "1",
      "public-address": "10.0.0.5",
    },
  });
});

test("what is dying says so, and a local charm is its URL without a channel", () => {
  const { machines, applications } = toStatusDocument(samples.dying, about);

  assert.deepEqual(machines["0"]?.["juju-status"], {
    current: "stopped",
    since: time,
    life: "dying",
  });
  assert.deepEqual(applications.greeter, {
    charm: "local:jammy/greeter-3",
    base: { name: "ubuntu", channel: "22.04" },
    "charm-origin": "local",
    "charm-name": "greeter",
    "charm-rev": 3,
    exposed: false,
    life: "dying",
    "application-status": { current: "unknown", since: time },
    relations: {
      peers: [{ "related-application": "greeter", interface: "mysql", scope: "global" }],
    },
    units: {
      "greeter/0": {
        "workload-status": { current: "terminated", since: time },
        "juju-status": {
          ...{ current: "executing", message: "running stop hook", since: time, life: "dying" },
        },
        machine: "0",
        "public-address": "10.0.0.5",
      },
    },
  });
});

test("a charm from Charmhub is its name, with revision and channel", () => {
  const applications = {
    full: application({
      ...{ charm: "ch:arm64/noble/hello-world-7", "charm-version": "abc", "charm-profile": "p" },
      ...{ "can-upgrade-to": "ch:arm64/noble/hello-world-8", exposed: true },
      ...{ base: { name: "ubuntu", channel: "24.04/stable" }, "workload-version": "1.2" },
      "endpoint-bindings": { "": "alpha" },
    }),
  };

  assert.deepEqual(toStatusDocument(fullStatus({ applications }), about).applications.full, {
    charm: "hello-world",
    base: { name: "ubuntu", channel: "24.04" },
    "charm-origin": "charmhub",
    "charm-name": "hello-world",
    "charm-rev": 7,
    "charm-channel": "8.0/stable",
    "charm-version": "abc",
    "charm-profile": "p",
    "can-upgrade-to": "ch:arm64/noble/hello-world-8",
    exposed: true,
    "application-status": { current: "active", since: time },
    version: "1.2",
    "endpoint-bindings": { "": "alpha" },
  });
});

test("an application's relations are listed by its endpoints, with who is at the other end", () => {
  const { applications } = toStatusDocument(samples.related, about);
  const to = (name: string) => ({
    ...{ "related-application": name, interface: "mysql", scope: "global" },
  });
  const info = { interface: "juju-info", scope: "container" };

  assert.deepEqual(applications.app?.relations, {
    "juju-info": [{ "related-application": "logs", ...info }],
    store: [to("db"), to("standby")],
  });
  assert.deepEqual(applications.db?.relations, { cluster: [to("db")], db: [to("app")] });
  assert.deepEqual(applications.logs?.relations, {
    info: [{ "related-application": "app", ...info }],
  });
  assert.deepEqual(applications.logs?.["subordinate-to"], ["app"]);
});

test("subordinates stand in their unit, and containers in their machine", () => {
  const { machines, applications } = toStatusDocument(samples.related, about);
  const beside = applications.app?.units?.["app/0"]?.subordinates;

  assert.deepEqual(beside, {
    "logs/0": {
      "workload-status": { current: "active", since: time },
      "juju-status": { current: "idle", since: time, version: "3.6.3" },
      leader: true,
      "public-address": "10.0.0.5",
    },
    "probe/1": {
      "workload-status": { current: "active", since: time },
      "juju-status": { current: "allocating", since: time },
      "public-address": "10.0.0.5",
    },
  });
  assert.deepEqual(Object.keys(machines["0"]?.containers ?? {}), ["0/lxd/2", "0/lxd/10"]);
});

test("a machine has all that is known of it", () => {
  const machines = {
    "0": machine("0", {
      ...{ hostname: "ip-10-0-0-5", "display-name": "five", constraints: "arch=amd64" },
      base: { name: "ubuntu", channel: "22.04/stable" },
      "network-interfaces": {
        eth0: { "ip-addresses": [], "mac-address": "", "is-up": false, space: undefined },
        eth1: { "ip-addresses": ["10.0.0.0"], "mac-address": "m", "is-up": true, space: "alpha" },
      },
    }),
  };

  assert.deepEqual(toStatusDocument(fullStatus({ machines }), about).machines["0"], {
    "juju-status": { current: "started", since: time, version: "3.6.3" },
    hostname: "ip-10-0-0-5",
    "dns-name": "10.0.0.0",
    "ip-addresses": ["10.0.0.0"],
    "instance-id": "i-0a0",
    "display-name": "five",
    "machine-status": { current: "running", message: "running", since: time },
    "modification-status": { current: "idle", since: time },
    base: { name: "ubuntu", channel: "22.04" },
    "network-interfaces": {
      eth0: { "ip-addresses": [], "mac-address": "", "is-up": false },
      eth1: { "ip-addresses": ["10.0.0.0"], "mac-address": "m", "is-up": true, space: "alpha" },
    },
    constraints: "arch=amd64",
    hardware: "arch=amd64 cores=2 mem=4096M availability-zone=us-east-1a",
  });
});

test("a machine and a unit that nothing is known of are empty, not absent", () => {
  const unknown = said("", { since: "" });
  const statuses = { "agent-status": unknown, "modification-status": unknown };
  const bare = machine("0", {
    ...{ "instance-id": "", "dns-name": "", "ip-addresses": [], hardware: "" },
    ...{ ...statuses, "instance-status": unknown, base: { name: "", channel: "" } },
  });
  const silent = unit({
    ...{ "agent-status": unknown, "workload-status": unknown, machine: "", "public-address": "" },
  });
  const document = toStatusDocument(
    fullStatus({
      machines: { "0": bare },
      applications: { a: application({ units: { "a/0": silent } }) },
    }),
    about,
  );

  assert.deepEqual(document.machines, { "0": {} });
  assert.deepEqual(document.applications.a?.units, { "a/0": {} });
});

test("a meter that shows something is in the model", () => {
  const metered = fullStatus({ model: model({ "meter-status": { color: "red", message: "" } }) });

  assert.deepEqual(toStatusDocument(metered, about).model["meter-status"], { color: "red" });
});

test("a meter status that somebody has set is the unit's", () => {
  const statuses = { "a/0": { color: "amber", message: "so-so" } };
  const metered = application({
    units: { "a/0": unit(), "a/1": unit() },
    "meter-statuses": statuses,
  });
  const { units } =
    toStatusDocument(fullStatus({ applications: { a: metered } }), about).applications.a ?? {};

  assert.deepEqual(units?.["a/0"]?.["meter-status"], { color: "amber", message: "so-so" });
  assert.ok(!("meter-status" in (units?.["a/1"] ?? {})));
});

test("applications and units are in the order of their names and numbers", () => {
  const units = { "b/10": unit(), "b/9": unit() };
  const status = fullStatus({ applications: { b: application({ units }), a: application() } });
  const { applications } = toStatusDocument(status, about);

  assert.deepEqual(Object.keys(applications), ["a", "b"]);
  assert.deepEqual(Object.keys(applications.b?.units ?? {}), ["b/9", "b/10"]);
});

test("ports are listed as they are open", () => {
  const units = { "a/0": unit({ "opened-ports": ["80/tcp", "8000-8010/udp"] }) };
  const document = toStatusDocument(
    fullStatus({ applications: { a: application({ units }) } }),
    about,
  );

  assert.deepEqual(document.applications.a?.units?.["a/0"]?.["open-ports"], [
    ...["80/tcp", "8000-8010/udp"],
  ]);
});

test("times are those of the zone, and of UTC with a Z", () => {
  const since = (zone: string) => {
    const document = toStatusDocument(samples.empty, { controller: "prod", zone });
    return [document.model["model-status"]?.since, document.controller?.timestamp];
  };

  assert.deepEqual(since("UTC"), ["23 Feb 2025 23:02:57Z", "08:04:05Z"]);
  assert.deepEqual(since("Asia/Kolkata"), ["24 Feb 2025 04:32:57+05:30", "13:34:05+05:30"]);
});
