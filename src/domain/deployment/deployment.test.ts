import assert from "node:assert/strict";
import { test } from "node:test";
import * as application from "../application/application.ts";
import * as machine from "../machine/machine.ts";
import * as model from "../model/model.ts";
import * as relation from "../relation/relation.ts";
import * as status from "../status/status.ts";
import {
  addCharm,
  allRows,
  deployApp,
  newModel,
  now,
  provisionAll,
  suiteOnEachStore,
} from "../testing.ts";
import * as unit from "../unit/unit.ts";
import { addUnits, deploy } from "./deployment.ts";

const noPlaces = "the cloud has neither zones nor containers nor hosts of its own to choose from";
const focalAndJammy = 'bases: [{name: ubuntu, channel: "20.04"}, {name: ubuntu, channel: "22.04"}]';

suiteOnEachStore("deployment", (openStore) => {
  test("an application begins with its units, each on a machine of its own", async () => {
    await using store = await openStore();
    await newModel(store, "prod", { agentVersion: "3.6.101" });
    const manifest = focalAndJammy;
    await deployApp(store, "prod", { name: "mysql", manifest, channel: "8/edge", units: 2 });

    assert.deepEqual(await store.read("prod", (tx) => application.get(tx, "mysql")), {
      ...{ name: "mysql", life: "alive", charm: "local:mysql-0", modifiedVersion: 1 },
      ...{ forceUnits: false, base: "ubuntu@20.04", channel: "8/edge", isExposed: false },
      ...{ exposure: {}, isTrusted: false },
    });
    const added = { application: "mysql", life: "alive", charm: null, modifiedVersion: 0 };
    const rest = { isSettled: false, isInstalled: false, resolved: "", sequence: 0 };
    const desired = { desiredCharm: "local:mysql-0", desiredModifiedVersion: 1 };
    assert.deepEqual(
      await store.read("prod", (tx) => unit.list(tx)),
      ["0", "1"].map((id) => ({
        ...{ name: `mysql/${id}`, machine: id, principal: "", workloadVersion: "" },
        ...{ meterStatus: "", meterInfo: "" },
        ...{ ...added, ...rest, ...desired },
      })),
    );
    const machines = await store.read("prod", machine.list);
    assert.deepEqual(
      machines.map(({ id, base, desiredVersion }) => ({ id, base, desiredVersion })),
      ["0", "1"].map((id) => ({ id, base: "ubuntu@20.04", desiredVersion: "3.6.101" })),
    );
    assert.match(machines[0]?.nonce ?? "", /^[0-9a-f]{32}$/);
    assert.notEqual(machines[0]?.nonce, machines[1]?.nonce);
  });

  test("a new unit waits for its machine, and says so", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql" });

    const statuses = await store.read("prod", status.listAll);
    const since = now.toString();
    assert.deepEqual(statuses.get("agent:mysql/0"), {
      ...{ status: "allocating", message: "", data: {}, since },
    });
    assert.deepEqual(statuses.get("workload:mysql/0"), {
      ...{ status: "waiting", message: "waiting for machine", data: {}, since },
    });
  });

  test("an application may have no units at first, and their numbers are never given again", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql", units: 0 });
    const add = (count: number) =>
      store.write("prod", (tx) => addUnits(tx, "mysql", { count, placement: [], now }));

    assert.deepEqual(await store.read("prod", machine.list), []);
    assert.deepEqual(await add(2), ["mysql/0", "mysql/1"]);
    await store.write("prod", async (tx) => unit.remove(tx, await unit.get(tx, "mysql/1")));
    assert.deepEqual(await add(1), ["mysql/2"]);
  });

  test("peers get their relation, and other endpoints get none", async () => {
    await using store = await openStore();
    await newModel(store);
    const metadata = "peers: {cluster: mysql-ha, gossip: gossip}\nprovides: {db: mysql}";
    await deployApp(store, "prod", { name: "mysql", metadata });

    const relations = await store.read("prod", relation.list);
    assert.deepEqual(
      relations.map(({ id, key, life, since }) => ({ id, key, life, since })),
      [
        { id: 0, key: "mysql:cluster", life: "alive", since: now.toString() },
        { id: 1, key: "mysql:gossip", life: "alive", since: now.toString() },
      ],
    );
  });

  test("a base is the first of the charm's, or one of them that is asked for", async () => {
    await using store = await openStore();
    await newModel(store, "prod", { settings: { "default-base": "ubuntu@24.04" } });
    const baseOf = async (name: string, of: { manifest?: string; base?: string }) => {
      await deployApp(store, "prod", { name, ...of });
      return (await store.read("prod", (tx) => application.get(tx, name))).base;
    };

    assert.equal(await baseOf("first", { manifest: focalAndJammy }), "ubuntu@20.04");
    assert.equal(
      await baseOf("asked", { manifest: focalAndJammy, base: "ubuntu@22.04/stable" }),
      "ubuntu@22.04",
    );
    assert.equal(await baseOf("silent", {}), "ubuntu@24.04");
    assert.equal(await baseOf("silent-asked", { base: "centos@9" }), "centos@9");
  });

  test("units go to the machines that are named for them, and the rest to new ones", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql" });
    await provisionAll(store, "prod");
    const placement = [{ scope: "#", directive: "0" }];
    await deployApp(store, "prod", { name: "wordpress", units: 2, placement });

    const units = await store.read("prod", (tx) => unit.list(tx, { application: "wordpress" }));
    assert.deepEqual(
      units.map((each) => [each.name, each.machine]),
      [
        ["wordpress/0", "0"],
        ["wordpress/1", "1"],
      ],
    );
    assert.equal((await store.read("prod", machine.list)).length, 2);
  });
});

suiteOnEachStore("refused deployments", (openStore) => {
  test("what is refused leaves nothing behind", async () => {
    await using store = await openStore();
    await newModel(store);
    const config = "options: {port: {type: int}}";
    const charm = await addCharm(store, "prod", { name: "mysql", config, manifest: focalAndJammy });
    await deployApp(store, "prod", { name: "taken" });
    await provisionAll(store, "prod");
    await store.write("prod", (tx) => machine.setLife(tx, "0", "dying"));
    const before = await allRows(store);
    const to = (scope: string, directive: string) => ({ placement: [{ scope, directive }] });
    const notSupported = (base: string) =>
      `base "${base}" not supported by charm, the charm supported bases are: ubuntu@20.04, ubuntu@22.04`;
    const withTexts = (given: Record<string, string>) => ({ settings: { texts: given, yaml: "" } });

    const refusals: readonly [Partial<Parameters<typeof deploy>[1]>, string, string][] = [
      [
        { name: "taken" },
        "already exists",
        'cannot add application "taken": application already exists',
      ],
      [{ name: "my/sql" }, "not valid", 'invalid application name "my/sql"'],
      [{ charm: "local:mysql-7" }, "not found", 'charm "local:mysql-7" not found'],
      [withTexts({ host: "a" }), "not valid", 'unknown option "host"'],
      [withTexts({ port: "a" }), "not valid", 'option "port" expected int, got "a"'],
      [{ settings: { texts: {}, yaml: "port: 1" } }, "not valid", 'no settings found for "mysql"'],
      [{ base: "ubuntu@18.04" }, "not valid", notSupported("ubuntu@18.04")],
      [{ base: "ubuntu@22.04/edge" }, "not valid", notSupported("ubuntu@22.04/edge")],
      [{ base: "jammy" }, "not valid", 'base "jammy" not valid: expected a form like ubuntu@22.04'],
      [to("#", "7"), "not found", "machine 7 not found"],
      [to("#", "0"), "not valid", "cannot place a unit on machine 0: it is being removed"],
      [to("lxd", "0"), "not supported", `cannot place a unit on "lxd:0": ${noPlaces}`],
      [to("", "zone=a"), "not supported", `cannot place a unit on "zone=a": ${noPlaces}`],
      [{ units: 1001 }, "not valid", "cannot add 1001 units at once: at most 1000"],
    ];
    for (const [change, code, message] of refusals) {
      const rest = { base: "", channel: "", settings: { texts: {}, yaml: "" }, placement: [], now };
      await assert.rejects(
        store.write("prod", (tx) =>
          deploy(tx, { name: "mysql", charm, units: 2, ...rest, ...change }),
        ),
        { code, message },
      );
    }
    assert.deepEqual(await allRows(store), before);
  });

  test("a charm that assumes what the model does not have is refused, and told what that is", async () => {
    await using store = await openStore();
    await newModel(store, "prod", { agentVersion: "3.6.100" });
    const deploying = (assumes: string) =>
      deployApp(store, "prod", {
        ...{ name: "mysql", metadata: `assumes: ${assumes}`, manifest: focalAndJammy },
      });
    const refused = (assumes: string, ...lines: readonly string[]) =>
      assert.rejects(deploying(assumes), {
        code: "not supported",
        message: [
          "Charm feature requirements cannot be met:",
          "    - charm requires all of the following:",
          ...lines,
        ].join("\n"),
      });

    await refused(
      "[juju >= 9.0]",
      '      - charm requires feature "juju" (version >= 9.0.0) but model currently supports version 3.6.100',
    );
    await refused(
      "[juju, k8s-api, {any-of: [juju < 3.6.100, {all-of: [juju >= 3, juju >= 3.6.101]}]}]",
      '      - charm requires feature "k8s-api" but model does not support it',
      "      - charm requires at least one of the following:",
      '        - charm requires feature "juju" (version < 3.6.100) but model currently supports version 3.6.100',
      "        - charm requires all of the following:",
      '          - charm requires feature "juju" (version >= 3.6.101) but model currently supports version 3.6.100',
    );
    assert.deepEqual(await store.read("prod", application.list), []);
    await deploying("[juju >= 3.6.100, juju < 3.7, {any-of: [k8s-api, juju]}]");
  });

  test("what a charm assumes or asks of LXD stands in the way unless that is forced, its containers always", async () => {
    await using store = await openStore();
    await newModel(store);
    const wanting = { metadata: "assumes: [juju >= 9.0]", manifest: focalAndJammy };
    const asking = { lxdProfile: "config: {boot.autostart: true}" };
    await assert.rejects(deployApp(store, "prod", { name: "asking", ...asking }), {
      code: "not valid",
      message:
        'validating lxd profile: invalid lxd-profile.yaml: contains config value "boot.autostart"',
    });
    await deployApp(store, "prod", { name: "asking", ...asking, force: true });
    await deployApp(store, "prod", { name: "wanting", ...wanting, force: true });

    const inside = { metadata: "containers: {web: {}, db: {}}", manifest: focalAndJammy };
    await assert.rejects(deployApp(store, "prod", { name: "inside", ...inside, force: true }), {
      code: "not supported",
      message:
        'charm "inside" is for Kubernetes, as it has containers ("web", "db"): this model has machines',
    });
    const image = "resources: {image: {type: oci-image}}";
    await deployApp(store, "prod", { name: "image", metadata: image });
  });

  test("nothing is deployed to a model that is being destroyed, or is gone", async () => {
    await using store = await openStore();
    await newModel(store);
    const charm = await addCharm(store, "prod", { name: "mysql" });
    await deployApp(store, "prod", { name: "wordpress" });
    await store.write("prod", (tx) => model.setLife(tx, "dying"));
    const dying = { code: "not valid", message: 'model "prod" is being destroyed' };

    await assert.rejects(deployApp(store, "prod", { name: "mysql", charm, units: 0 }), dying);
    await assert.rejects(
      store.write("prod", (tx) => addUnits(tx, "wordpress", { count: 1, placement: [], now })),
      dying,
    );
    await assert.rejects(deployApp(store, "gone", { name: "mysql", charm }), {
      code: "model not found",
    });
  });

  test("units are added to an application that is there, from one to a thousand at once", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql", units: 0 });
    const add = (name: string, count: number) =>
      store.write("prod", (tx) => addUnits(tx, name, { count, placement: [], now }));

    for (const count of [0, -1]) {
      await assert.rejects(add("mysql", count), {
        code: "not valid",
        message: "must add at least one unit",
      });
    }
    await assert.rejects(add("mysql", 1001), {
      code: "not valid",
      message: "cannot add 1001 units at once: at most 1000",
    });
    await assert.rejects(add("wordpress", 1), {
      code: "not found",
      message: 'application "wordpress" not found',
    });
    await store.write("prod", (tx) => application.setLife(tx, "mysql", "dying"));
    await assert.rejects(add("mysql", 1), {
      code: "not valid",
      message: 'application "mysql" is being removed',
    });
    assert.deepEqual(await store.read("prod", (tx) => unit.list(tx)), []);
  });
});
