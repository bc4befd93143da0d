import assert from "node:assert/strict";
import { test } from "node:test";
import type { Plan } from "#rollout/rollout.ts";
import type { Store } from "#store/store.ts";
import { deployApp, newModel, now, suiteOnEachStore } from "../testing.ts";
import * as rollout from "./rollout.ts";
import * as summary from "./summary.ts";

const none = { waiting: 0, upgrading: 0, upgraded: 0, failed: 0, gone: 0 };

suiteOnEachStore("summaries of rollouts", (openStore) => {
  test("members are counted by their stages, in each rollout by itself, newest first", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql", units: 3 });
    await newModel(store, "staging");
    await start(store, [["0", "1"], ["2"]]);
    await store.write("prod", (tx) => rollout.abort(tx, { kind: "agents", subject: "prod", now }));
    await start(store, [["0"]]);
    await observe(store, 2, "0");

    const listed = await store.read("prod", summary.list);
    assert.deepEqual(
      listed.map(({ id, state, counts }) => ({ id, state, counts })),
      [
        { id: 2, state: "done", counts: { ...none, upgraded: 1 } },
        { id: 1, state: "aborted", counts: { ...none, upgrading: 2, waiting: 1 } },
      ],
    );
    const whole = await store.read("prod", (tx) => rollout.list(tx));
    assert.deepEqual(listed, whole.map(summary.summarize));
    assert.deepEqual(await store.read("staging", summary.list), []);
  });

  test("the last of a kind is found, whatever came after it of another kind", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql", units: 2 });
    assert.equal(await store.read("prod", (tx) => summary.findLast(tx, "agents")), undefined);
    await start(store, [["0", "1"]]);
    await observe(store, 1, "0");
    const plan = { waves: [["mysql/0"]], inFlightMax: 9, failuresMax: 0, patienceSeconds: null };
    const charm = { kind: "charm", subject: "mysql", from: "local:mysql-0", to: "local:mysql-1" };
    await store.write("prod", (tx) =>
      rollout.start(tx, { ...charm, kind: "charm", plan, startedBy: "jane", now }),
    );

    const last = await store.read("prod", (tx) => summary.findLast(tx, "agents"));
    assert.deepEqual([last?.id, last?.counts], [1, { ...none, upgraded: 1, upgrading: 1 }]);
  });

  test("each says what happens next, or what somebody has to do", async () => {
    const of = (state: summary.Summary["state"], more: Partial<summary.Summary>) => ({
      ...({
        id: 1,
        kind: "agents",
        subject: "prod",
        from: "3.6.100",
        to: "3.6.101",
        state,
      } as const),
      ...{ startedBy: "jane", started: now.toString(), ended: "" },
      counts: { ...none, upgrading: 2, waiting: 1, failed: 4 },
      ...more,
    });
    const next = (state: summary.Summary["state"], more: Partial<summary.Summary> = {}) =>
      summary.sayNext(of(state, more), { isController: false });
    const ended = now.toString();
    assert.deepEqual(
      [
        next("rolling"),
        next("halted"),
        next("halted", { ended }),
        next("halted", { ended, kind: "charm", subject: "mysql" }),
        next("aborted"),
        next("aborted", { ended }),
        next("done", { ended }),
        summary.sayNext(of("halted", { ended }), { isController: true }),
      ],
      [
        "2 upgrading, 1 waiting",
        "2 on their way, no more will start",
        "4 failed: when the reason is mended, run upgrade-model again",
        "4 failed: when the reason is mended, run upgrade-charm mysql again",
        "2 on their way, no more will start",
        "nothing",
        "nothing",
        "4 failed: when the reason is mended, run upgrade-controller again",
      ],
    );
  });
});

async function start(store: Store, waves: Plan["waves"]): Promise<void> {
  const plan = { waves, inFlightMax: 9, failuresMax: 0, patienceSeconds: null };
  const what = { kind: "agents", subject: "prod", from: "3.6.100", to: "3.6.101" } as const;
  await store.write("prod", (tx) => rollout.start(tx, { ...what, plan, startedBy: "jane", now }));
}

async function observe(store: Store, id: number, upgraded: string): Promise<void> {
  await store.write("prod", async (tx) => {
    const [found] = await rollout.list(tx, id);
    const observations = [{ kind: "upgraded" as const, id: upgraded }];
    if (found) await rollout.observe(tx, found, { observations, now });
  });
}
