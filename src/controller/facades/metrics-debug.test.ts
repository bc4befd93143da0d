import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "#contract/client.ts";
import { MachineAgent } from "#contract/machine-agent.ts";
import { MetricsDebug } from "#contract/metrics-debug.ts";
import { commitHook, now, suiteOnEachStore } from "#domain/testing.ts";
import { shop, startTestController } from "../testing.ts";

suiteOnEachStore("the facade of metrics", (open) => {
  test("what units have measured is listed by unit, by application, or all of it", async () => {
    await using controller = await startTestController(open);
    for (const [unit, value] of [
      ["mysql/0", "5"],
      ["mysql/1", "7"],
    ] as const) {
      const metrics = [{ key: "users", value, labels: { zone: "a" }, time: now.toString() }];
      await commitHook(controller.store, shop, { unit, changes: { metrics } });
    }
    await using rita = await controller.connect("user-rita", shop);
    const get = async (...tags: string[]) => {
      const entities = tags.map((tag) => ({ tag }));
      const { results } = await rita.facade(MetricsDebug).GetMetrics({ entities });
      return results.map(({ metrics = [], error }) =>
        error ? error.message : metrics.map(({ unit, value }) => [unit, value]),
      );
    };

    const both = [
      ["mysql/0", "5"],
      ["mysql/1", "7"],
    ];
    assert.deepEqual(await get(), [both]);
    assert.deepEqual(
      await get("unit-mysql-1", "application-mysql", "application-none", "machine-0"),
      [
        [["mysql/1", "7"]],
        both,
        'application "none" not found',
        '"machine-0" is not a valid unit or application tag',
      ],
    );
    const { results } = await rita
      .facade(MetricsDebug)
      .GetMetrics({ entities: [{ tag: "unit-mysql-0" }] });
    assert.deepEqual(results[0]?.metrics, [
      { unit: "mysql/0", key: "users", value: "5", labels: { zone: "a" }, time: now.toString() },
    ]);
  });

  test("a meter status is that of a unit, or of all of an application, and is shown and told", async () => {
    await using controller = await startTestController(open);
    await using will = await controller.connect("user-will", shop);
    await using agent = await controller.connect("machine-1", shop);
    const set = (tag: string, code: string, info = "") =>
      will.facade(MetricsDebug).SetMeterStatus({ tag, code, info });
    const told = async () =>
      (await agent.facade(MachineAgent).Next({ revision: 0 })).units[0]?.["meter-status"];
    assert.equal(await told(), undefined);
    await set("application-mysql", "GREEN");
    await set("unit-mysql-1", "RED", "too much");

    assert.deepEqual(await told(), { status: "RED", info: "too much" });
    const { applications } = await will
      .facade(Client)
      .FullStatus({ patterns: [], "include-storage": false });
    assert.deepEqual(applications.mysql?.["meter-statuses"], {
      "mysql/0": { color: "green", message: "" },
      "mysql/1": { color: "red", message: "too much" },
    });
    for (const [tag, code, message] of [
      ["unit-mysql-7", "RED", 'unit "mysql/7" not found'],
      ["application-none", "RED", 'application "none" not found'],
      ["unit-mysql-0", "red", 'meter status "red" not valid, expected one of GREEN, AMBER, RED'],
      ["machine-0", "RED", '"machine-0" is not a valid unit or application tag'],
    ] as const) {
      await assert.rejects(set(tag, code), { message });
    }
    await assert.rejects(set("unit-mysql-0", "RED", "x".repeat(1001)), { code: "not valid" });
  });
});
