import assert from "node:assert/strict";
import { test } from "node:test";
import { Application } from "#contract/application.ts";
import { Client, unitStatus } from "#contract/client.ts";
import * as machine from "#domain/machine/machine.ts";
import { goalStateOf } from "#domain/relation/goal-state.ts";
import { relate } from "#domain/relation/relate.ts";
import * as rollout from "#domain/rollout/rollout.ts";
import { advanceAll, noteFailure } from "#domain/rollout/watch.ts";
import * as status from "#domain/status/status.ts";
import {
  commitHook,
  deployApp,
  now,
  runAll,
  subordinate,
  suiteOnEachStore,
} from "#domain/testing.ts";
import * as unit from "#domain/unit/unit.ts";
import { shop, startTestController, type TestController } from "./testing.ts";

const { entities } = status;

suiteOnEachStore("the full status", (open) => {
  test("a hook that failed is the workload's error, and its agent is idle", async () => {
    await using controller = await startTestController(open);
    await fail(controller, "mysql/1");
    const { applications } = await lookAt(controller, []);
    const { units, status: whole } = applications.mysql ?? {};
    const { "workload-status": workload, "agent-status": agent } = units?.["mysql/1"] ?? {};
    assert.deepEqual(
      [workload?.status, workload?.info, workload?.data],
      ["error", 'hook failed: "start"', { hook: "start" }],
    );
    assert.deepEqual([agent?.status, agent?.info, agent?.data], ["idle", "", {}]);
    assert.equal(whole?.status, "error");
  });

  test("an application is as its leader says, or as the gravest of its units", async () => {
    await using controller = await startTestController(open);
    const shown = async () => (await lookAt(controller, [])).applications.mysql?.status;
    await say(controller, entities.workload("mysql/0"), "active");
    await say(controller, entities.workload("mysql/1"), "blocked");
    assert.deepEqual([(await shown())?.status, (await shown())?.info], ["blocked", "is blocked"]);
    await say(controller, entities.application("mysql"), "maintenance");
    assert.equal((await shown())?.status, "maintenance");
  });

  test("an endpoint may be called like what every object has", async () => {
    await using controller = await startTestController(open);
    const metadata = "provides: {constructor: a}\npeers: {valueOf: b}";
    await deployApp(controller.store, shop, { name: "odd", metadata });
    await deployApp(controller.store, shop, { name: "other", metadata: "requires: {toString: a}" });
    await controller.store.write(shop, (tx) => relate(tx, ["odd", "other"], now));
    const { odd, other } = (await lookAt(controller, [])).applications;
    assert.deepEqual(odd?.relations, { constructor: ["other"], valueOf: ["odd"] });
    assert.deepEqual(other?.relations, { toString: ["odd"] });
    const goals = await controller.store.read(shop, (tx) => goalStateOf(tx, "odd/0"));
    assert.deepEqual(Object.keys(goals.relations.constructor ?? {}), ["other", "other/0"]);
  });

  test("a unit tells its charm only while that is not the application's, and its ports", async () => {
    await using controller = await startTestController(open);
    const openPorts = [{ endpoint: "", protocol: "tcp", from: 3306, to: 3306 }];
    await commitHook(controller.store, shop, { unit: "mysql/0", changes: { openPorts } });
    await controller.store.write(shop, (tx) =>
      unit.change(tx, "mysql/1", { workloadVersion: "8.0" }),
    );
    const { applications } = await lookAt(controller, []);
    const { "mysql/0": first, "mysql/1": second } = applications.mysql?.units ?? {};
    assert.deepEqual([first?.charm, first?.["opened-ports"]], ["", ["3306/tcp"]]);
    assert.deepEqual(second?.["opened-ports"], []);
    assert.equal(applications.mysql?.["workload-version"], "8.0");
    assert.deepEqual(applications.mysql?.relations, { cluster: ["mysql"] });
  });

  test("subordinates are shown under the units that they stand beside", async () => {
    await using controller = await startTestController(open);
    await deployApp(controller.store, shop, { name: "nrpe", metadata: subordinate, units: 0 });
    await runAll(controller.store, shop);
    await controller.store.write(shop, (tx) => relate(tx, ["nrpe", "mysql"], now));
    await runAll(controller.store, shop);
    await fail(controller, "nrpe/1");

    const { applications, relations } = await lookAt(controller, []);
    const { nrpe, mysql } = applications;
    assert.deepEqual([nrpe?.units, nrpe?.["subordinate-to"]], [{}, ["mysql"]]);
    assert.deepEqual([nrpe?.status.status, mysql?.["subordinate-to"]], ["error", []]);
    const beside = mysql?.units["mysql/1"]?.subordinates ?? {};
    assert.deepEqual(Object.keys(beside), ["nrpe/1"]);
    const { machine: place, "public-address": address } = unitStatus.parse(beside["nrpe/1"]);
    assert.deepEqual([place, address], ["", "10.0.0.1"]);
    const related = relations.find(({ key }) => key === "nrpe:host mysql:juju-info");
    assert.deepEqual(
      related?.endpoints.map((each) => [each.application, each.subordinate]),
      [
        ["nrpe", true],
        ["mysql", false],
      ],
    );
    for (const pattern of ["nrpe/1", "mysql/1"]) {
      const { applications: narrowed } = await lookAt(controller, [pattern]);
      assert.deepEqual(Object.keys(narrowed), ["mysql", "nrpe"]);
      const { units = {} } = narrowed.mysql ?? {};
      assert.deepEqual(Object.keys(units), ["mysql/1"]);
      assert.deepEqual(Object.keys(units["mysql/1"]?.subordinates ?? {}), ["nrpe/1"]);
    }
  });

  test("what is named narrows it down, with what belongs to it", async () => {
    await using controller = await startTestController(open);
    await deployApp(controller.store, shop, { name: "blog", units: 1 });
    await runAll(controller.store, shop);
    await fail(controller, "mysql/1");
    const cases: readonly (readonly [string[], string[], string[]])[] = [
      [[], ["blog/0", "mysql/0", "mysql/1"], ["0", "1", "2"]],
      [["mysql"], ["mysql/0", "mysql/1"], ["0", "1"]],
      [["mysql/1"], ["mysql/1"], ["1"]],
      [["2"], ["blog/0"], ["2"]],
      [["error"], ["mysql/1"], ["1"]],
      [["*/0"], ["blog/0", "mysql/0"], ["0", "2"]],
      [
        ["m*s*/1", "blog"],
        ["blog/0", "mysql/1"],
        ["1", "2"],
      ],
      [["mysql/*0*0"], [], []],
      [["nothing"], [], []],
    ];
    for (const [patterns, units, machines] of cases) {
      const seen = await lookAt(controller, patterns);
      const names = Object.values(seen.applications).flatMap((each) => Object.keys(each.units));
      assert.deepEqual(names, units, `${patterns}`);
      assert.deepEqual(Object.keys(seen.machines), machines, `${patterns}`);
    }
  });

  test("a relation is told with each application that is kept, though the other is not", async () => {
    await using controller = await startTestController(open);
    const { store } = controller;
    await deployApp(store, shop, { name: "web", metadata: "requires: {db: mysql}" });
    await deployApp(store, shop, { name: "blog" });
    await store.write(shop, (tx) => relate(tx, ["web", "mysql"], now));
    const cases: readonly (readonly [string, Record<string, object>, string[]])[] = [
      ["web", { web: { db: ["mysql"] } }, ["web:db mysql:server"]],
      [
        "mysql",
        { mysql: { cluster: ["mysql"], server: ["web"] } },
        ["mysql:cluster", "web:db mysql:server"],
      ],
      ["blog", { blog: {} }, []],
    ];
    for (const [pattern, related, keys] of cases) {
      const { applications, relations } = await lookAt(controller, [pattern]);
      const told = Object.entries(applications).map(([name, each]) => [name, each.relations]);
      assert.deepEqual(Object.fromEntries(told), related, pattern);
      assert.deepEqual(
        relations.map(({ key }) => key),
        keys,
        pattern,
      );
    }
  });

  test("a halted upgrade is told as long as it has left a machine behind", async () => {
    await using controller = await startTestController(open);
    const { store } = controller;
    const told = async () => (await lookAt(controller, ["nothing"])).model["model-status"].info;
    const reported = async (id: string, version: string) => {
      await store.write(shop, (tx) => machine.report(tx, id, { version, hostname: "" }));
      await store.write(shop, (tx) => advanceAll(tx, now));
    };
    const plan = { waves: [["0", "1"]], inFlightMax: 2, failuresMax: 0, patienceSeconds: null };
    await store.write(shop, (tx) =>
      rollout.start(tx, {
        ...{ kind: "agents", subject: "shop", from: "3.6.100", to: "3.6.101", plan },
        ...{ startedBy: "anna", now },
      }),
    );
    assert.equal(await told(), "upgrading to 3.6.101: 0 of 2 machines done");
    await store.write(shop, (tx) =>
      noteFailure(tx, { machine: "1", rollout: 1, reason: "it crashed", now }),
    );
    await reported("0", "3.6.101");
    assert.equal(await told(), "upgrade to 3.6.101 halted: 1 of 2 machines failed");
    await reported("1", "3.6.101");
    assert.equal(await told(), "");
  });

  test("no pattern takes long, whatever is in it, and there cannot be many", async () => {
    await using controller = await startTestController(open);
    for (const pattern of [
      "{1..9999999}",
      "+(m|my|mys|mysql)+(a|aa)+(a|aa)b",
      "*".repeat(100_000),
    ]) {
      const { applications } = await lookAt(controller, [pattern]);
      assert.equal("mysql" in applications, pattern.startsWith("*"), pattern.slice(0, 20));
    }
    await assert.rejects(lookAt(controller, Array<string>(101).fill("mysql")), {
      code: "not valid",
      message: "101 patterns are more than 100",
    });
  });

  test("an application tells its settings, where each comes from, and that it is not trusted", async () => {
    await using controller = await startTestController(open);
    const config =
      "options: {port: {type: int, default: 80}, name: {type: string}, constructor: {type: int, default: 1}}";
    await deployApp(controller.store, shop, { name: "web", config });
    await using anna = await controller.connect("user-anna", shop);
    const application = anna.facade(Application);
    await application.SetConfigs({ application: "web", config: { port: "81" } });

    const got = await application.Get({ application: "web" });

    assert.deepEqual(got.config, {
      port: { type: "int", description: "", source: "user", default: 80, value: 81 },
      name: { type: "string", description: "", source: "unset" },
      constructor: { type: "int", description: "", source: "default", default: 1, value: 1 },
    });
    const { trust } = got["application-config"] as { trust: { value: boolean; type: string } };
    assert.deepEqual([trust.value, trust.type], [false, "bool"]);
  });
});

async function lookAt(controller: TestController, patterns: string[]) {
  await using rita = await controller.connect("user-rita", shop);
  return await rita.facade(Client).FullStatus({ patterns });
}

async function say({ store }: TestController, entity: string, word: string): Promise<void> {
  const message = `is ${word}`;
  await store.write(shop, (tx) => status.set(tx, { entity, status: word, message, now }));
}

async function fail({ store }: TestController, name: string): Promise<void> {
  const said = { status: "error", message: 'hook failed: "start"', data: { hook: "start" } };
  const entity = entities.unitAgent(name);
  await store.write(shop, (tx) => status.set(tx, { entity, ...said, now }));
}
