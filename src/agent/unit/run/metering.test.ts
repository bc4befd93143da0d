/** What charms measure and what is said of what they use, with real hooks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeStage, Stage, wantedState } from "../stage/testing.ts";
import { restoreUnitState } from "../state.ts";
import { settledUnit } from "../testing.ts";

const collect = { kind: "collect-metrics" } as const;
const metrics = `metrics:
  users: {type: gauge, description: How many there are.}
  requests: {type: absolute, description: How many have come.}
  juju-units:
`;

async function onStage(script: string): Promise<Stage> {
  const dispatch = `#!/bin/sh\n${script}\n`;
  return await Stage.open(await makeStage({ dispatch, "metrics.yaml": metrics }));
}

test("what a charm measures is heard of when the hook has succeeded, and that there is a unit", async () => {
  await using stage = await onStage("add-metric users=5 requests=0.5 --labels zone=a,kind=b");
  const before = stage.state.metricsCollected;
  await stage.run(collect);

  const [commit] = await stage.commits();
  const measured = commit?.changes.metrics?.map(({ time, ...rest }) => rest);
  assert.deepEqual(measured, [
    { key: "users", value: "5", labels: { zone: "a", kind: "b" } },
    { key: "requests", value: "0.5", labels: { zone: "a", kind: "b" } },
    { key: "juju-units", value: "1", labels: {} },
  ]);
  assert.notEqual(stage.state.metricsCollected, before);
});

test("in the hook that measures nothing else can be asked or changed, and elsewhere nothing is measured", async () => {
  const script = `exec 2>>seen; juju-log counting; add-metric users=5 || true
for tool in is-leader config-get relation-ids "status-set active" "state-set a=b"; do $tool; done
true`;
  await using stage = await onStage(script);
  await stage.run(collect);
  const refused = (tool: string) =>
    `ERROR cannot run ${tool}: not implemented for restricted context\n`;
  const tools = ["is-leader", "config-get", "relation-ids", "status-set", "state-set"];
  assert.equal(await stage.read("seen"), tools.map(refused).join(""));
  assert.deepEqual(stage.logged("INFO", "unit.mysql/0.juju-log"), ["counting"]);

  await using other = await onStage("add-metric users=5 2>seen; true");
  await other.run({ kind: "update-status" });
  const text = "ERROR cannot record metric: metrics not allowed in this context\n";
  assert.equal(await other.read("seen"), text);
});

test("only what the charm declares is measured, in numbers, and so many at most", async () => {
  const script = `exec 2>>seen
add-metric others=5; add-metric users=many; add-metric requests=-1; add-metric juju-units=2
add-metric users=1 --labels "a=$(head -c 1001 /dev/zero | tr '\\0' x)"
for i in $(seq 51); do add-metric users=$i requests=$i || break; done; true`;
  await using stage = await onStage(script);
  await stage.run(collect);
  assert.equal(
    await stage.read("seen"),
    `ERROR metric "others" not defined
ERROR invalid value type: expected float, got "many"
ERROR invalid value: value must be greater or equal to zero, got -1
ERROR cannot record metric: juju-units uses a reserved key
ERROR cannot record metric: labels have more than 1000 characters
ERROR cannot record metric: a hook records 100 metrics at most
`,
  );
  assert.equal((await stage.commits())[0]?.changes.metrics?.length, 101);
});

test("a charm that fails to measure is no failure of its unit, and nobody hears what it measured", async () => {
  await using stage = await onStage("add-metric users=5; exit 1");
  const before = stage.state.metricsCollected;
  await stage.run(collect);

  assert.equal(stage.state.operation, null);
  assert.notEqual(stage.state.metricsCollected, before);
  assert.deepEqual(
    (await stage.commits()).map(({ changes }) => changes.metrics),
    [undefined],
  );
  const [line] = stage.logged("ERROR", "uniter");
  assert.equal(
    line,
    'hook "collect-metrics" (via hook dispatching script: dispatch) failed: exit status 1',
  );
  assert.deepEqual(await stage.runs(), []);
});

test("what the controller refuses of it is no failure either, but for what it refuses for ever", async () => {
  await using stage = await onStage("add-metric users=5");
  await stage.refuse("the unit is gone");
  await stage.run(collect);
  assert.equal(stage.state.step.kind, "failed");
  await stage.refuse(undefined);
  await stage.executor.skip(collect);
  assert.equal(stage.state.operation, null);
});

test("a charm hears what is said of how much its unit uses, then and in every other hook", async () => {
  const script = `echo "$JUJU_HOOK_NAME $JUJU_METER_STATUS $JUJU_METER_INFO" >>seen; exit 1`;
  await using stage = await onStage(script);
  const wanted = wantedState();
  const said = { status: "RED", info: "too much" };
  const unit = { ...wanted.unit, "meter-status": said };
  await stage.run({ kind: "update-status" });
  await stage.executor.skip({ kind: "update-status" });
  await stage.run({ kind: "meter-status-changed", ...said }, { ...wanted, unit });
  assert.deepEqual([stage.state.meterStatus, stage.state.operation], [said, null]);
  await stage.run({ kind: "update-status" }, { ...wanted, unit });

  const lines = ["update-status AMBER not set", "meter-status-changed RED too much"];
  assert.equal(
    await stage.read("seen"),
    `${[...lines, "update-status RED too much"].join("\n")}\n`,
  );
});

test("a journal from before has measured just now, and has heard of no meter status", () => {
  const now = Temporal.Instant.from("2026-02-01T00:00:00Z");
  const { metricsCollected: _, meterStatus: __, ...before } = settledUnit();
  const { metricsCollected, meterStatus } = restoreUnitState(before, now);
  assert.deepEqual([metricsCollected, meterStatus], [now.toString(), null]);
});
