import assert from "node:assert/strict";
import { test } from "node:test";
import * as status from "../status/status.ts";
import { deployApp, newModel, now, runAll, suiteOnEachStore } from "../testing.ts";
import * as unit from "../unit/unit.ts";
import { listHeldUp } from "./held-up.ts";
import * as rollout from "./rollout.ts";

const advice =
  'waits, for its upgrade-charm has failed: run "resolved", or refresh again with --force-units';

suiteOnEachStore("units held up on their way to a charm", (openStore) => {
  test("each is told with what has failed, and what it takes where nothing goes by itself", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql", units: 4 });
    await runAll(store, "prod");
    const fail = (name: string, hook: string) =>
      store.write("prod", (tx) =>
        status.set(tx, {
          ...{ entity: status.entities.unitAgent(name), status: "error", data: { hook }, now },
          message: `hook failed: "${hook}"`,
        }),
      );
    await fail("mysql/0", "upgrade-charm");
    await fail("mysql/1", "config-changed");
    await fail("mysql/2", "upgrade-charm");
    const [one, other] = ["local:mysql-0", "local:mysql-1"];
    const ids = ["mysql/0", "mysql/1", "mysql/2", "mysql/3"];
    const plan = { waves: [ids], inFlightMax: 4, failuresMax: 0, patienceSeconds: null };
    const what = { kind: "charm", subject: "mysql", from: one, to: other } as const;
    const held = await store.write("prod", async (tx) => {
      const id = await rollout.start(tx, { ...what, plan, startedBy: "jane", now });
      await unit.change(tx, "mysql/2", { charm: other });
      const [found] = await rollout.list(tx, id);
      return found && listHeldUp(tx, found);
    });

    assert.deepEqual(
      held,
      new Map([
        ["mysql/0", advice],
        ["mysql/1", 'hook failed: "config-changed"'],
        ["mysql/2", 'hook failed: "upgrade-charm"'],
      ]),
    );
  });
});
