import assert from "node:assert/strict";
import { after, test } from "node:test";
import { shop } from "#controller/testing.ts";
import { commitHook, now } from "#domain/testing.ts";
import { Desk } from "../testing.ts";

const desk = await Desk.open();
after(() => desk[Symbol.asyncDispose]());
const controller = await desk.withController();

test("what units have measured is shown, of those that are named or of all", async () => {
  const none = { status: 0, stdout: "", stderr: "No metrics to display.\n" };
  assert.deepEqual(await desk.run("metrics --all"), none);
  const measured = { time: now.toString(), labels: {} };
  const metrics = [
    { ...measured, key: "users", value: "5" },
    { ...measured, key: "load", value: "0.5", labels: { zone: "a", kind: "b" } },
  ];
  await commitHook(controller.store, shop, { unit: "mysql/1", changes: { metrics } });

  assert.equal(
    (await desk.run("metrics mysql")).stdout,
    `Unit     Timestamp             Metric  Value  Labels
mysql/1  2026-01-01T00:00:00Z  load    0.5    kind=b,zone=a
mysql/1  2026-01-01T00:00:00Z  users   5      
`,
  );
  const { stdout } = await desk.run("metrics mysql/1 --format json");
  const first = { unit: "mysql/1", timestamp: now.toString(), metric: "load", value: "0.5" };
  assert.deepEqual(JSON.parse(stdout), [
    { ...first, labels: { kind: "b", zone: "a" } },
    { ...first, metric: "users", value: "5" },
  ]);
  assert.deepEqual(await desk.run("metrics mysql/0"), none);
  for (const [line, text] of [
    ["metrics", /at least one unit or application/],
    ["metrics --all mysql", /cannot use --all/],
    ["metrics mysql/1 none", /application "none" not found/],
  ] as const) {
    const { status, stderr } = await desk.run(line);
    assert.notEqual(status, 0);
    assert.match(stderr, text);
  }
});

test("a meter status is set, and shown with the unit", async () => {
  const silent = { status: 0, stdout: "", stderr: "" };
  assert.deepEqual(await desk.run("set-meter-status mysql/1 AMBER --info soon"), silent);
  const { stdout } = await desk.run("status --format json");
  const { units } = JSON.parse(stdout).applications.mysql;
  assert.deepEqual(units["mysql/1"]["meter-status"], { color: "amber", message: "soon" });
  assert.equal(units["mysql/0"]["meter-status"], undefined);
});
