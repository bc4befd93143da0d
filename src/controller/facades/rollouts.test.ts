import assert from "node:assert/strict";
import { test } from "node:test";
import { Rollouts } from "#contract/rollouts.ts";
import * as rollout from "#domain/rollout/rollout.ts";
import { now, suiteOnEachStore } from "#domain/testing.ts";
import { shop, startTestController } from "../testing.ts";

suiteOnEachStore("the facade of rollouts", (open) => {
  test("a list counts members, and only what is asked for by its id names them", async () => {
    await using controller = await startTestController(open);
    const plan = { waves: [["0", "1"]], inFlightMax: 1, failuresMax: 0, patienceSeconds: null };
    const what = { kind: "agents", subject: "shop", from: "3.6.100", to: "3.6.101" } as const;
    await controller.store.write(shop, (tx) =>
      rollout.start(tx, { ...what, plan, startedBy: "anna", now }),
    );
    await using rita = await controller.connect("user-rita", shop);
    const facade = rita.facade(Rollouts);
    const summary = {
      ...{ id: 1, ...what, state: "rolling", next: "1 upgrading, 1 waiting" },
      ...{ "started-by": "anna", started: now.toString(), ended: "" },
      counts: { waiting: 1, upgrading: 1, upgraded: 0, failed: 0, gone: 0 },
    };
    assert.deepEqual(await facade.List({}), { rollouts: [summary] });
    const member = { wave: 0, since: now.toString(), message: "" };
    const members = [
      { id: "0", stage: "upgrading", ...member },
      { id: "1", stage: "waiting", ...member },
    ];
    assert.deepEqual(await facade.List({ id: 1 }), { rollouts: [{ ...summary, members }] });
    assert.deepEqual(await facade.List({ id: 7 }), { rollouts: [] });
  });
});
