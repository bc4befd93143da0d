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

  test("each says what happens next, or what somebody has to do", async () => {
    const next = (state: summary.Summary["state"], more: Partial<summary.Summary> = {}) =>
      summary.sayNext({
        ...{ id: 1, kind: "agents", subject: "prod", from: "3.6.100", to: "3.6.101", state },
        ...{ startedBy: "jane", started: now.toString(), ended: "" },
        counts: { ...none, upgrading: 2, waiting: 1, failed: 4 },
        ...more,
      });
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
      ],
      [
        "2 upgrading, 1 waiting",
        "2 on their way, no more will start",
        "4 failed: when the reason is mended, run upgrade-model again",
        "4 failed: when the reason is mended, run upgrade-charm mysql again",
        "2 on their way, no more will start",
        "nothing",
        "nothing",
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
