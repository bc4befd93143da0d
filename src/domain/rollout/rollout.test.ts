import assert from "node:assert/strict";
import { test } from "node:test";
import type { Plan } from "#rollout/rollout.ts";
import type { Store } from "#store/store.ts";
import * as machine from "../machine/machine.ts";
import { after, allRows, deployApp, newModel, now, suiteOnEachStore } from "../testing.ts";
import * as unit from "../unit/unit.ts";
import * as rollout from "./rollout.ts";

const patient = { failuresMax: 0, patienceSeconds: null };

suiteOnEachStore("rollouts", (openStore) => {
  test("a rollout of agents sends its members on their way", async () => {
    await using store = await newModelWithUnits(openStore, 2);
    const id = await start(store, agents(["0", "1"]));

    assert.equal(id, 1);
    const machines = await store.read("prod", machine.list);
    assert.deepEqual(
      machines.map((each) => [each.desiredVersion, each.rollout]),
      [
        ["3.6.101", 1],
        ["3.6.101", 1],
      ],
    );
    const member = { wave: 0, stage: "upgrading", message: "", since: now };
    assert.deepEqual(await store.read("prod", (tx) => rollout.list(tx)), [
      {
        ...{ id: 1, kind: "agents", subject: "prod", from: "3.6.100", to: "3.6.101" },
        ...{ modifiedVersion: 0, startedBy: "jane", started: now.toString(), ended: "" },
        ...{ state: "rolling", wave: 0, plan: agents(["0", "1"]).plan },
        members: [
          { id: "0", ...member },
          { id: "1", ...member },
        ],
      },
    ]);
  });

  test("a rollout of a charm tells its members which charm to run", async () => {
    await using store = await newModelWithUnits(openStore, 2);
    await start(store, charm(["mysql/1"]));

    const units = await store.read("prod", (tx) => unit.list(tx));
    assert.deepEqual(
      units.map((each) => [each.desiredCharm, each.desiredModifiedVersion, each.charm]),
      [
        ["local:mysql-0", 1, null],
        ["local:mysql-1", 2, null],
      ],
    );
  });

  test("a member whose turn has not come is left alone until it has", async () => {
    await using store = await newModelWithUnits(openStore, 3);
    const plan: Plan = { waves: [["0", "1"], ["2"]], inFlightMax: 1, ...patient };
    await start(store, { ...agents([]), plan });
    const sent = async () =>
      (await store.read("prod", machine.list)).map((each) => each.rollout === 1);
    const see = (id: string) => observe(store, { kind: "upgraded", id });

    assert.deepEqual(await sent(), [true, false, false]);
    await see("0");
    assert.deepEqual(await sent(), [true, true, false]);
    await see("1");
    assert.deepEqual(await sent(), [true, true, true]);
    assert.equal((await see("2")).ended, after(1).toString());
  });

  test("members are told once, and are kept in the order of their turns", async () => {
    await using store = await newModelWithUnits(openStore, 11);
    await start(store, agents(["2", "10"]));
    await store.write("prod", (tx) => machine.desire(tx, "2", { version: "3.6.99", rollout: 9 }));
    const { members } = await observe(store, { kind: "upgraded", id: "2" });

    assert.deepEqual(
      members.map(({ id, stage }) => [id, stage]),
      [
        ["2", "upgraded"],
        ["10", "upgrading"],
      ],
    );
    const [stored] = await store.read("prod", (tx) => rollout.list(tx));
    assert.deepEqual(stored?.members, members);
    const { desiredVersion } = await store.read("prod", (tx) => machine.get(tx, "2"));
    assert.equal(desiredVersion, "3.6.99");
  });

  test("a rollout that has nobody to send has ended at once", async () => {
    await using store = await newModelWithUnits(openStore, 1);
    await start(store, agents([]));

    const [only] = await store.read("prod", (tx) => rollout.list(tx));
    assert.deepEqual([only?.state, only?.ended], ["done", now.toString()]);
    assert.deepEqual(await store.read("prod", rollout.listOpen), []);
  });

  test("each member has its own outcome and its own time", async () => {
    await using store = await newModelWithUnits(openStore, 3);
    await start(store, agents(["0", "1", "2"]));
    await observe(store, { kind: "upgraded", id: "1" }, 10);
    await observe(store, { kind: "gone", id: "0" }, 20);
    const { state, ended, members } = await observe(
      store,
      { kind: "failed", id: "2", message: "no disk" },
      30,
    );

    assert.deepEqual([state, ended], ["halted", after(30).toString()]);
    assert.deepEqual(
      members.map(({ id, stage, message, since }) => [id, stage, message, since.toString()]),
      [
        ["0", "gone", "", after(20).toString()],
        ["1", "upgraded", "", after(10).toString()],
        ["2", "failed", "no disk", after(30).toString()],
      ],
    );
    assert.deepEqual((await store.read("prod", (tx) => rollout.list(tx, 1)))[0]?.members, members);
  });

  test("an observation that says nothing new is no change", async () => {
    await using store = await newModelWithUnits(openStore, 2);
    await start(store, agents(["0", "1"]));
    const before = await allRows(store);
    await observe(store, "only time", 1000);
    await observe(store, { kind: "upgraded", id: "7" });

    assert.deepEqual(await allRows(store), before);
  });

  test("nothing of a rollout that has ended is ever changed", async () => {
    await using store = await newModelWithUnits(openStore, 1);
    await start(store, agents(["0"]));
    await observe(store, { kind: "failed", id: "0", message: "no disk" });
    const before = await allRows(store);
    await observe(store, { kind: "upgraded", id: "0" });
    await observe(store, { kind: "abort" });
    assert.deepEqual(await allRows(store), before);

    await using other = await newModelWithUnits(openStore, 2);
    const plan: Plan = { waves: [["0", "1"]], inFlightMax: 1, ...patient };
    await start(other, { ...agents([]), plan });
    await abort(other);
    await observe(other, { kind: "upgraded", id: "0" });
    const ended = await allRows(other);
    await observe(other, { kind: "gone", id: "1" });
    assert.deepEqual(await allRows(other), ended);
  });

  test("an aborted rollout starts nobody else, and ends when those on their way have arrived", async () => {
    await using store = await newModelWithUnits(openStore, 2);
    const plan: Plan = { waves: [["0", "1"]], inFlightMax: 1, ...patient };
    await start(store, { ...agents([]), plan });
    await abort(store);
    await abort(store);
    const [aborted] = await store.read("prod", rollout.listOpen);
    assert.equal(aborted?.state, "aborted");

    const { ended, members } = await observe(store, { kind: "upgraded", id: "0" });
    assert.deepEqual(
      members.map(({ stage }) => stage),
      ["upgraded", "waiting"],
    );
    assert.equal(ended, after(1).toString());
    assert.equal((await store.read("prod", (tx) => machine.get(tx, "1"))).rollout, 0);
    await assert.rejects(abort(store), {
      code: "not found",
      message: "no upgrade of prod is under way",
    });
  });

  test("a rollout is found by what it is of while it is under way", async () => {
    await using store = await newModelWithUnits(openStore, 1);
    await start(store, agents(["0"]));
    await start(store, charm(["mysql/0"]));
    const find = async (kind: rollout.RolloutKind, subject: string) =>
      (await store.read("prod", (tx) => rollout.findUnderWay(tx, kind, subject)))?.id;

    assert.equal(await find("agents", "prod"), 1);
    assert.equal(await find("charm", "mysql"), 2);
    assert.equal(await find("charm", "prod"), undefined);
    await observe(store, { kind: "upgraded", id: "0" });
    assert.equal(await find("agents", "prod"), undefined);
    const open = await store.read("prod", rollout.listOpen);
    assert.deepEqual(
      open.map(({ id }) => id),
      [2],
    );
  });

  test("the history has the newest hundred first, and every one by its number", async () => {
    await using store = await newModelWithUnits(openStore, 1);
    for (let count = 0; count < 101; count++) await start(store, agents([]));
    await newModel(store, "staging");

    const ids = (await store.read("prod", (tx) => rollout.list(tx))).map(({ id }) => id);
    assert.deepEqual(
      ids,
      Array.from({ length: 100 }, (_, index) => 101 - index),
    );
    const [first] = await store.read("prod", (tx) => rollout.list(tx, 1));
    assert.equal(first?.id, 1);
    assert.deepEqual(await store.read("prod", (tx) => rollout.list(tx, 102)), []);
    assert.deepEqual(await store.read("staging", (tx) => rollout.list(tx)), []);
  });
});

async function newModelWithUnits(openStore: () => Promise<Store>, units: number): Promise<Store> {
  const store = await openStore();
  await newModel(store);
  await deployApp(store, "prod", { name: "mysql", units });
  return store;
}

function agents(ids: readonly string[]): rollout.NewRollout {
  return {
    ...{ kind: "agents", subject: "prod", from: "3.6.100", to: "3.6.101" },
    ...{ plan: { waves: [ids], inFlightMax: ids.length, ...patient }, startedBy: "jane", now },
  };
}

function charm(ids: readonly string[]): rollout.NewRollout {
  return {
    ...{ kind: "charm", subject: "mysql", from: "local:mysql-0", to: "local:mysql-1" },
    ...{ plan: { waves: [ids], inFlightMax: ids.length, ...patient }, startedBy: "jane", now },
    modifiedVersion: 2,
  };
}

function start(store: Store, begun: rollout.NewRollout): Promise<number> {
  return store.write("prod", (tx) => rollout.start(tx, begun));
}

type Observation = Parameters<typeof rollout.observe>[2]["observations"][number];

/** Shows rollout 1 what was seen, so many seconds after it began. */
function observe(
  store: Store,
  seen: Observation | "only time",
  seconds = 1,
): Promise<rollout.StoredRollout> {
  return store.write("prod", async (tx) => {
    const [first] = await rollout.list(tx, 1);
    assert.ok(first);
    const observations = seen === "only time" ? [] : [seen];
    return rollout.observe(tx, first, { observations, now: after(seconds) });
  });
}

function abort(store: Store): Promise<void> {
  return store.write("prod", (tx) => rollout.abort(tx, { kind: "agents", subject: "prod", now }));
}
