import assert from "node:assert/strict";
import { test } from "node:test";
import { Application } from "#contract/application.ts";
import { Controller } from "#contract/controller.ts";
import { ModelManager } from "#contract/model-manager.ts";
import * as leadership from "#domain/leadership/leadership.ts";
import { relate } from "#domain/relation/relate.ts";
import * as status from "#domain/status/status.ts";
import { deployApp, now, runAll, subordinate, suiteOnEachStore } from "#domain/testing.ts";
import * as unit from "#domain/unit/unit.ts";
import { blog, shop, startTestController, type TestController } from "../testing.ts";

const noSpace = 'space "dmz" not found: the only space of this cloud is "alpha"';

suiteOnEachStore("the facade of applications", (open) => {
  test("a subordinate's relation shows those who stand beside each other, and nobody else", async () => {
    await using controller = await startTestController(open);
    await deployApp(controller.store, shop, { name: "nrpe", metadata: subordinate, units: 0 });
    await runAll(controller.store, shop);
    await controller.store.write(shop, (tx) => relate(tx, ["nrpe", "mysql"], now));
    await runAll(controller.store, shop);
    await using will = await controller.connect("user-will", shop);
    const shownTo = async (unitTag: string) => {
      const { result } = await will.facade(Application).UnitsInfo({ tag: unitTag });
      const data = result?.["relation-data"] ?? [];
      return data
        .filter(({ endpoint }) => endpoint !== "cluster")
        .map((each) => [each.endpoint, Object.keys(each["unit-relation-data"])]);
    };
    assert.deepEqual(await shownTo("unit-mysql-1"), [["juju-info", ["mysql/1", "nrpe/1"]]]);
    assert.deepEqual(await shownTo("unit-nrpe-0"), [["host", ["mysql/0", "nrpe/0"]]]);
  });

  test("only a unit in error is resolved, each by itself, and not twice", async () => {
    await using controller = await startTestController(open);
    await using will = await controller.connect("user-will", shop);
    const application = will.facade(Application);
    const entity = status.entities.unitAgent("mysql/1");
    const failed = { status: "error", message: 'hook failed: "start"', now };
    await controller.store.write(shop, (tx) => status.set(tx, { entity, ...failed }));
    const resolve = async (...tags: string[]) => {
      const entities = tags.map((tag) => ({ tag }));
      const { results } = await application.ResolveUnitErrors({ retry: true, tags: { entities } });
      return results.map(({ error }) => (error as { message: string } | undefined)?.message);
    };

    assert.deepEqual(await resolve("unit-mysql-0", "unit-mysql-1", "unit-mysql-9", "machine-0"), [
      'unit "mysql/0" is not in an error state',
      undefined,
      'unit "mysql/9" not found',
      '"machine-0" is not a valid unit tag',
    ]);
    assert.equal(await resolvedOf(controller, "mysql/1"), "retry");
    assert.deepEqual(await resolve("unit-mysql-1"), [
      'cannot set resolved mode for unit "mysql/1": already resolved',
    ]);
    await controller.store.write(shop, (tx) => unit.change(tx, "mysql/1", { resolved: "" }));
    assert.deepEqual((await application.ResolveUnitErrors({ all: true })).results, [{}]);
    assert.equal(await resolvedOf(controller, "mysql/1"), "no-retry");
    assert.equal(await resolvedOf(controller, "mysql/0"), "");
  });

  test("two applications are related by what fits, once, and not to a peer", async () => {
    await using controller = await startTestController(open);
    await deployApp(controller.store, shop, { name: "web", metadata: "requires: {db: mysql}" });
    await runAll(controller.store, shop);
    await using will = await controller.connect("user-will", shop);
    const application = will.facade(Application);
    const common = { interface: "mysql", optional: false, scope: "global" };
    const { endpoints } = await application.AddRelation({ endpoints: ["web", "mysql"] });
    assert.deepEqual(endpoints, {
      web: { ...common, name: "db", role: "requirer", limit: 0 },
      mysql: { ...common, name: "server", role: "provider", limit: 0 },
    });
    await assert.rejects(application.AddRelation({ endpoints: ["web:db", "mysql"] }), {
      code: "already exists",
      message:
        'cannot add relation "web:db mysql:server": relation web:db mysql:server already exists',
    });
    await assert.rejects(application.DestroyRelation({ "relation-id": 0 }), {
      code: "not valid",
      message: 'cannot destroy relation "mysql:cluster": is a peer relation',
    });
    await application.DestroyRelation({ endpoints: ["mysql", "web"] });
    await assert.rejects(application.DestroyRelation({ endpoints: ["mysql", "nobody"] }), {
      code: "not found",
    });
  });

  test("what units cannot be given yet is refused by name, and nothing is deployed", async () => {
    await using controller = await startTestController(open);
    await using will = await controller.connect("user-will", shop);
    const application = will.facade(Application);
    const deploy = { application: "other", "charm-url": "local:mysql-0", "num-units": 1 };
    const refusals = [
      [{ storage: { data: { size: 1 } } }, 'charm "mysql" has no store called "data"'],
      [{ "attach-storage": ["storage-data-0"] }, 'storage "data/0" not found'],
      [{ "attach-storage": ["data/0"] }, '"data/0" is not a valid tag'],
      [{ resources: { image: "1" } }, 'unrecognized resource "image"'],
      [
        { constraints: { arch: "riscv64" } },
        `invalid constraint value: arch=riscv64: valid values are: [${controller.services.identity.target.arch}]`,
      ],
      [{ "endpoint-bindings": { db: "alpha" } }, 'endpoint "db" not found'],
      [{ "endpoint-bindings": { server: "dmz" } }, noSpace],
      [{ "num-units": 1001 }, "cannot add 1001 units at once: at most 1000"],
      [{ "charm-url": "local:nothing-0" }, 'charm "local:nothing-0" not found'],
    ] as const;
    for (const [params, message] of refusals) {
      await assert.rejects(application.Deploy({ ...deploy, ...params }), { message });
    }
    await assert.rejects(application.Get({ application: "other" }), {
      code: "not found",
      message: 'application "other" not found',
    });
  });

  test("what machines and endpoints are anyway may be asked for", async () => {
    await using controller = await startTestController(open);
    await using will = await controller.connect("user-will", shop);
    const application = will.facade(Application);
    const { arch } = controller.services.identity.target;
    const asked = { constraints: { arch }, "endpoint-bindings": { "": "alpha" } };
    const deploy = { application: "other", "charm-url": "local:mysql-0", "num-units": 1 };
    await application.Deploy({ ...deploy, ...asked });
    assert.equal((await application.Get({ application: "other" })).charm, "mysql");
  });

  test("nothing that a call asks for is left out in silence", async () => {
    await using controller = await startTestController(open);
    await deployApp(controller.store, shop, { name: "web", metadata: "requires: {db: mysql}" });
    await using will = await controller.connect("user-will", shop);
    const mysql = will.facade(Application);
    const refusals = [
      [
        () => mysql.AddRelation({ endpoints: ["web", "mysql"], "via-cidrs": ["10.0.0.0/8"] }),
        'a relation cannot be restricted to "10.0.0.0/8" yet',
      ],
    ] as const;
    for (const [call, message] of refusals) {
      await assert.rejects(call(), { code: "not supported", message });
    }
    const units = await controller.store.read(shop, (tx) => unit.list(tx));
    assert.deepEqual(
      units.map(({ name, life }) => `${name} ${life}`),
      ["mysql/0 alive", "mysql/1 alive", "web/0 alive"],
    );
  });

  test("what a call removes by force without waiting is gone when it returns", async () => {
    await using controller = await startTestController(open);
    await using will = await controller.connect("user-will", shop);
    await using boss = await controller.connect("user-boss");
    const force = true;
    const hastily = { force, "max-wait": 0 };
    const names = async (of: string) => {
      const units = await controller.store.read(of, (tx) => unit.list(tx));
      return units.map(({ name }) => name);
    };
    await will.facade(Application).DestroyUnit({ "unit-tag": "unit-mysql-0", ...hastily });
    assert.deepEqual(await names(shop), ["mysql/1"]);
    await will
      .facade(Application)
      .DestroyApplication({ "application-tag": "application-mysql", ...hastily });
    assert.deepEqual(await names(shop), []);
    await boss.facade(ModelManager).DestroyModels({ "model-tag": `model-${blog}`, ...hastily });
    assert.deepEqual(await names(blog), []);

    await deployApp(controller.store, shop, { name: "web" });
    await runAll(controller.store, shop);
    await boss.facade(Controller).DestroyController({ "destroy-models": true, force });
    assert.deepEqual(await names(shop), []);
  });

  test("a dry run says what would go, and nothing goes", async () => {
    await using controller = await startTestController(open);
    await using will = await controller.connect("user-will", shop);
    const application = will.facade(Application);
    const params = { "application-tag": "application-mysql", "dry-run": true };
    const { info } = await application.DestroyApplication(params);
    assert.deepEqual(info["destroyed-units"], [{ tag: "unit-mysql-0" }, { tag: "unit-mysql-1" }]);
    await application.DestroyUnit({ "unit-tag": "unit-mysql-0", "dry-run": true });
    const units = await controller.store.read(shop, (tx) => unit.list(tx));
    assert.deepEqual(new Set(units.map(({ life }) => life)), new Set(["alive"]));
    await assert.rejects(application.DestroyUnit({ "unit-tag": "unit-mysql-7", "dry-run": true }), {
      message: 'unit "mysql/7" not found',
    });
  });

  test("an endpoint is bound to the space that there is, and to no other", async () => {
    await using controller = await startTestController(open);
    await using will = await controller.connect("user-will", shop);
    const facade = will.facade(Application);
    const tag = { "application-tag": "application-mysql" };
    const bind = (bindings: Readonly<Record<string, string>>) =>
      facade.MergeBindings({ ...tag, bindings });
    await bind({ "": "alpha", server: "alpha" });
    for (const [bindings, message] of [
      [{ server: "dmz" }, noSpace],
      [{ "": "dmz" }, noSpace],
      [{ web: "alpha" }, 'endpoint "web" not found'],
    ] as const) {
      await assert.rejects(bind(bindings), { code: "not found", message });
    }
    const bound = { "": "alpha", server: "alpha", cluster: "alpha", "juju-info": "alpha" };
    const found = await facade.Get({ application: "mysql" });
    assert.deepEqual(found["endpoint-bindings"], bound);
    const change = { application: "mysql", "charm-url": "local:mysql-0" };
    const refused = facade.SetCharm({ ...change, "endpoint-bindings": { server: "dmz" } });
    await assert.rejects(refused, { code: "not found", message: noSpace });
  });

  test("the leader is told by name, and so is that there is none", async () => {
    await using controller = await startTestController(open);
    await using rita = await controller.connect("user-rita", shop);
    const ask = () => rita.facade(Application).Leader({ tag: "application-mysql" });
    await controller.store.write(shop, (tx) =>
      leadership.claim(tx, { application: "mysql", unit: "mysql/1", seconds: 60, now }),
    );
    assert.deepEqual(await ask(), { result: "mysql/1" });
    await controller.store.write(shop, (tx) =>
      leadership.resign(tx, { application: "mysql", unit: "mysql/1" }),
    );
    await assert.rejects(ask(), {
      code: "not found",
      message: 'application "mysql" has no leader',
    });
  });
});

async function resolvedOf({ store }: TestController, name: string): Promise<string> {
  return (await store.read(shop, (tx) => unit.get(tx, name))).resolved;
}
