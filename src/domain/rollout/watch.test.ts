import assert from "node:assert/strict";
import { test } from "node:test";
import { agentPolicy, charmPolicy, planAllAtOnce } from "#rollout/plan.ts";
import type { Plan } from "#rollout/rollout.ts";
import type { Store } from "#store/store.ts";
import * as machine from "../machine/machine.ts";
import { destroyUnit, finishUnit } from "../removal/removal.ts";
import {
  addCharm,
  after,
  allRows,
  CountingTransaction,
  commitHook,
  deployApp,
  newModel,
  now,
  runAll,
  suiteOnEachStore,
} from "../testing.ts";
import * as rollout from "./rollout.ts";
import { advanceAll, noteFailure } from "./watch.ts";

suiteOnEachStore("watching rollouts", (openStore) => {
  test("a machine has upgraded when its agent says that it runs the version", async () => {
    await using store = await newModelWithUnits(openStore);
    await startAgents(store);
    await report(store, "0", "3.6.101");
    await report(store, "1", "3.6.100");
    assert.equal(await advance(store, 5), true);
    assert.deepEqual(await stagesOf(store), { 0: "upgraded", 1: "upgrading" });

    await report(store, "1", "3.6.101");
    assert.equal(await advance(store, 6), false);
    assert.deepEqual(await stagesOf(store), { 0: "upgraded", 1: "upgraded" });
    const [done] = await store.read("prod", (tx) => rollout.list(tx));
    assert.deepEqual([done?.state, done?.ended], ["done", after(6).toString()]);
  });

  test("a unit has upgraded when it runs the charm and the hooks that follow have run", async () => {
    await using store = await newModelWithUnits(openStore);
    await startCharm(store);
    const [old, newer] = ["local:mysql-0", "local:mysql-1"];
    const stageAfter = async (charm: string, modifiedVersion: number, isSettled: boolean) => {
      const facts = { charm, modifiedVersion, isSettled };
      await commitHook(store, "prod", { unit: "mysql/0", facts });
      await advance(store, 5);
      return (await stagesOf(store))["mysql/0"];
    };

    assert.equal(await stageAfter(old, 1, true), "upgrading");
    assert.equal(await stageAfter(newer, 1, true), "upgrading");
    assert.equal(await stageAfter(old, 2, true), "upgrading");
    assert.equal(await stageAfter(newer, 2, false), "upgrading");
    assert.equal(await stageAfter(newer, 2, true), "upgraded");
    assert.deepEqual(await stagesOf(store), { "mysql/0": "upgraded", "mysql/1": "upgrading" });
  });

  test("nobody waits for a member that is going, nor for one that has gone", async () => {
    await using store = await newModelWithUnits(openStore);
    await startCharm(store);
    await store.write("prod", (tx) => destroyUnit(tx, "mysql/0"));
    await advance(store, 5);
    assert.deepEqual(await stagesOf(store), { "mysql/0": "gone", "mysql/1": "upgrading" });

    await store.write("prod", (tx) => destroyUnit(tx, "mysql/1"));
    await store.write("prod", (tx) => finishUnit(tx, "mysql/1", now));
    assert.equal(await advance(store, 5), false);
    assert.deepEqual(await stagesOf(store), { "mysql/0": "gone", "mysql/1": "gone" });
    await startAgents(store);
    await store.write("prod", (tx) => machine.remove(tx, "0"));
    await store.write("prod", (tx) => machine.setLife(tx, "1", "dying"));
    await report(store, "1", "3.6.101");
    assert.equal(await advance(store, 5), false);
    assert.deepEqual(await stagesOf(store), { 0: "gone", 1: "gone" });
  });

  test("a member that goes before its turn is not waited for either", async () => {
    await using store = await newModelWithUnits(openStore);
    const plan = { ...planAllAtOnce(["0", "1"], agentPolicy), inFlightMax: 1 };
    await startAgents(store, plan);
    await store.write("prod", (tx) => machine.setLife(tx, "1", "dying"));
    await advance(store, 5);

    assert.deepEqual(await stagesOf(store), { 0: "upgrading", 1: "gone" });
    const { desiredVersion } = await store.read("prod", (tx) => machine.get(tx, "1"));
    assert.equal(desiredVersion, "3.6.100");
  });

  test("an agent that is away for half an hour has failed, and the rest goes on", async () => {
    await using store = await newModelWithUnits(openStore);
    await startAgents(store);
    await report(store, "0", "3.6.101");
    assert.equal(await advance(store, 1799), true);
    assert.equal(await advance(store, 1800), false);

    assert.deepEqual(await stagesOf(store), { 0: "upgraded", 1: "failed" });
    const [halted] = await store.read("prod", (tx) => rollout.list(tx));
    assert.equal(halted?.state, "halted");
    assert.equal(halted?.members[1]?.message, "not back after 1800 seconds");
  });

  test("a unit is waited for as long as it takes", async () => {
    await using store = await newModelWithUnits(openStore);
    await startCharm(store);

    assert.equal(await advance(store, 1_000_000), true);
    assert.deepEqual(await stagesOf(store), { "mysql/0": "upgrading", "mysql/1": "upgrading" });
  });

  test("a machine that has returned from a version halts its rollout", async () => {
    await using store = await newModelWithUnits(openStore);
    await startAgents(store);
    await fail(store, "0", 1);
    assert.deepEqual(await stagesOf(store), { 0: "failed", 1: "upgrading" });
    const [halted] = await store.read("prod", (tx) => rollout.list(tx));
    assert.deepEqual(
      [halted?.state, halted?.ended, halted?.members[0]?.message],
      ["halted", "", "it crashed"],
    );

    await report(store, "1", "3.6.101");
    assert.equal(await advance(store, 9), false);
    assert.deepEqual(await stagesOf(store), { 0: "failed", 1: "upgraded" });
  });

  test("a failure of another rollout, or of none, changes nothing", async () => {
    await using store = await newModelWithUnits(openStore);
    await startAgents(store);
    await fail(store, "0", 1);
    await fail(store, "1", 1);
    await startAgents(store);
    const before = await allRows(store);
    for (const id of [0, 1, 7]) await fail(store, "0", id);

    assert.deepEqual(await allRows(store), before);
    assert.deepEqual(await stagesOf(store), { 0: "upgrading", 1: "upgrading" });
  });

  test("a look at a rollout asks the database as often, however many its members are", async () => {
    const countQueries = async (units: number) => {
      await using store = await openStore();
      await newModel(store);
      await deployApp(store, "prod", { name: "mysql", units });
      await addCharm(store, "prod", { name: "mysql" });
      const ids = Array.from({ length: units }, (_, index) => `${index}`);
      await startAgents(store, planAllAtOnce(ids, agentPolicy));
      await startCharm(store);
      return await store.write("prod", async (tx) => {
        const counter = new CountingTransaction(tx);
        assert.equal(await advanceAll(counter.tx, now), true);
        return counter.queries;
      });
    };

    assert.equal(await countQueries(12), await countQueries(2));
  });

  test("every rollout of the model moves on, and no other model's", async () => {
    await using store = await newModelWithUnits(openStore);
    await startAgents(store);
    await startCharm(store);
    await newModel(store, "staging");
    for (const id of ["0", "1"]) await report(store, id, "3.6.101");

    const isUnderWay = await store.write("staging", (tx) => advanceAll(tx, after(1)));
    assert.equal(isUnderWay, false);
    assert.equal(await advance(store, 5), true);
    const states = (await store.read("prod", (tx) => rollout.list(tx))).map(({ state }) => state);
    assert.deepEqual(states, ["rolling", "done"]);
  });
});

/** Two machines, each with a unit of mysql, of which there is a second revision. */
async function newModelWithUnits(openStore: () => Promise<Store>): Promise<Store> {
  const store = await openStore();
  await newModel(store);
  await deployApp(store, "prod", { name: "mysql", units: 2 });
  await runAll(store, "prod");
  await addCharm(store, "prod", { name: "mysql" });
  return store;
}

function startAgents(
  store: Store,
  plan: Plan = planAllAtOnce(["0", "1"], agentPolicy),
): Promise<number> {
  const begun = { kind: "agents", subject: "prod", from: "3.6.100", to: "3.6.101" } as const;
  return store.write("prod", (tx) => rollout.start(tx, { ...begun, plan, startedBy: "jane", now }));
}

function startCharm(store: Store): Promise<number> {
  const begun = { kind: "charm", subject: "mysql", from: "local:mysql-0", to: "local:mysql-1" };
  const plan = planAllAtOnce(["mysql/0", "mysql/1"], charmPolicy);
  const rest = {
    ...begun,
    kind: "charm",
    modifiedVersion: 2,
    plan,
    startedBy: "jane",
    now,
  } as const;
  return store.write("prod", (tx) => rollout.start(tx, rest));
}

function report(store: Store, id: string, version: string): Promise<void> {
  return store.write("prod", (tx) => machine.report(tx, id, { version, hostname: "" }));
}

function fail(store: Store, id: string, of: number): Promise<void> {
  const failure = { machine: id, rollout: of, reason: "it crashed", now: after(1) };
  return store.write("prod", (tx) => noteFailure(tx, failure));
}

function advance(store: Store, seconds: number): Promise<boolean> {
  return store.write("prod", (tx) => advanceAll(tx, after(seconds)));
}

/** The stages of the newest rollout's members. */
async function stagesOf(store: Store): Promise<Readonly<Record<string, string>>> {
  const [newest] = await store.read("prod", (tx) => rollout.list(tx));
  return Object.fromEntries(newest?.members.map(({ id, stage }) => [id, stage]) ?? []);
}
