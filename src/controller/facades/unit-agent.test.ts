import assert from "node:assert/strict";
import { test } from "node:test";
import { UnitAgent } from "#contract/unit-agent.ts";
import { setTrusted } from "#domain/application/application.ts";
import { destroyUnit } from "#domain/removal/removal.ts";
import { deployRelatedPair, newModel, suiteOnEachStore } from "#domain/testing.ts";
import * as unit from "#domain/unit/unit.ts";
import { shop, startTestController } from "../testing.ts";

const noLeader = "setting application status: this unit is not the leader";

suiteOnEachStore("the facade of units' agents", (open) => {
  test("one unit leads at a time, and it alone speaks for the application", async () => {
    await using controller = await startTestController(open);
    await using zero = await controller.connect("machine-0", shop);
    await using one = await controller.connect("machine-1", shop);
    const [first, second] = [zero.facade(UnitAgent), one.facade(UnitAgent)];
    await first.ClaimLeadership({ unit: "mysql/0", seconds: 60 });
    await first.ClaimLeadership({ unit: "mysql/0", seconds: 60 });
    await assert.rejects(second.ClaimLeadership({ unit: "mysql/1", seconds: 60 }), {
      code: "leadership claim denied",
    });
    const said = { scope: "application", status: "active", info: "all well" };
    await first.SetStatus({ unit: "mysql/0", ...said });
    await assert.rejects(second.SetStatus({ unit: "mysql/1", ...said }), {
      code: "unauthorized access",
      message: noLeader,
    });
    const { application, units } = await second.Status({ unit: "mysql/1" });
    assert.deepEqual([application.status, application.info], ["active", "all well"]);
    assert.deepEqual(Object.keys(units), ["mysql/0", "mysql/1"]);

    await first.ResignLeadership({ unit: "mysql/0" });
    await second.ClaimLeadership({ unit: "mysql/1", seconds: 60 });
    await assert.rejects(first.SetStatus({ unit: "mysql/0", ...said }), { message: noLeader });
  });

  test("until the leader has spoken for it, an application is as the gravest of its units", async () => {
    await using controller = await startTestController(open);
    await using zero = await controller.connect("machine-0", shop);
    await using one = await controller.connect("machine-1", shop);
    const [first, second] = [zero.facade(UnitAgent), one.facade(UnitAgent)];
    const said = async () => {
      const { application } = await first.Status({ unit: "mysql/0" });
      return [application.status, application.info];
    };
    const ofUnit = { scope: "workload" };
    await first.SetStatus({ unit: "mysql/0", ...ofUnit, status: "active", info: "" });
    await second.SetStatus({ unit: "mysql/1", ...ofUnit, status: "blocked", info: "no disk" });
    assert.deepEqual(await said(), ["blocked", "no disk"]);
    await first.ClaimLeadership({ unit: "mysql/0", seconds: 60 });
    const ofAll = { unit: "mysql/0", scope: "application" };
    await first.SetStatus({ ...ofAll, status: "active", info: "all well" });
    assert.deepEqual(await said(), ["active", "all well"]);
  });

  test("an agent hears which commit was the last, and no number counts twice", async () => {
    await using controller = await startTestController(open);
    await using agent = await controller.connect("machine-0", shop);
    const facade = agent.facade(UnitAgent);
    const facts = { became: "", charm: "local:mysql-0", settled: true, "modified-version": 1 };
    const commit = (sequence: number, state: Readonly<Record<string, string>>) => {
      const changes = { relations: [], "open-ports": [], "close-ports": [], state, secrets: [] };
      return facade.Commit({ unit: "mysql/0", sequence, changes, facts });
    };
    await commit(3, { word: "kept" });
    await commit(3, { word: "lost" });
    const { sequence, state } = await facade.UnitData({ unit: "mysql/0" });
    assert.deepEqual([sequence, state], [3, { word: "kept" }]);
  });

  test("a leader that is being removed leads to its end, and no other does that goes while one stays", async () => {
    await using controller = await startTestController(open);
    await using zero = await controller.connect("machine-0", shop);
    await using one = await controller.connect("machine-1", shop);
    const [first, second] = [zero.facade(UnitAgent), one.facade(UnitAgent)];
    const destroy = (name: string) => controller.store.write(shop, (tx) => destroyUnit(tx, name));
    await first.ClaimLeadership({ unit: "mysql/0", seconds: 60 });
    await destroy("mysql/0");
    await first.ClaimLeadership({ unit: "mysql/0", seconds: 60 });
    await first.ResignLeadership({ unit: "mysql/0" });
    await assert.rejects(first.ClaimLeadership({ unit: "mysql/0", seconds: 60 }), {
      code: "leadership claim denied",
      message: 'unit "mysql/0" is being removed',
    });
    await destroy("mysql/1");
    await second.ClaimLeadership({ unit: "mysql/1", seconds: 60 });
  });

  test("a status has one of three subjects, and a version a bounded length", async () => {
    await using controller = await startTestController(open);
    await using agent = await controller.connect("machine-0", shop);
    const facade = agent.facade(UnitAgent);
    const said = { unit: "mysql/0", status: "active", info: "" };
    await assert.rejects(facade.SetStatus({ ...said, scope: "machine" }), {
      code: "not valid",
      message: 'unknown scope "machine" of a status',
    });
    await facade.SetWorkloadVersion({ unit: "mysql/0", version: "8".repeat(5000) });
    const { workloadVersion } = await controller.store.read(shop, (tx) => unit.get(tx, "mysql/0"));
    assert.equal(workloadVersion, "8".repeat(1000));
  });

  test("only units of a trusted application are told of the cloud", async () => {
    await using controller = await startTestController(open);
    await using agent = await controller.connect("machine-0", shop);
    const facade = agent.facade(UnitAgent);
    await assert.rejects(facade.CloudSpec({ unit: "mysql/0" }), {
      code: "not valid",
      message: 'permission denied: application "mysql" is not trusted',
    });
    await controller.store.write(shop, (tx) => setTrusted(tx, "mysql", true));
    assert.deepEqual(await facade.CloudSpec({ unit: "mysql/0" }), {
      ...{ name: "local", type: "local", region: "here", "is-controller-cloud": true },
      credential: { "auth-type": "empty" },
    });
  });

  test("settings are told of relations that the unit takes part in", async () => {
    await using controller = await startTestController(open);
    const pair = "a0000000-0000-4000-8000-000000000000";
    await newModel(controller.store, "pair", { uuid: pair, owner: "anna" });
    await deployRelatedPair(controller.store, pair);
    await using agent = await controller.connect("machine-0", pair);
    const facade = agent.facade(UnitAgent);
    const settings = (relation: number) =>
      facade.RelationSettings({ unit: "wordpress/0", relation, member: "mysql/0" });
    assert.ok("settings" in (await settings(0)));
    await assert.rejects(settings(7), { code: "not found" });
  });
});
