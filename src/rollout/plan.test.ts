import assert from "node:assert/strict";
import { test } from "node:test";
import { agentPolicy, blockersOf, planAllAtOnce } from "./plan.ts";

test("all at once is one wave, in the order of the names' numbers", () => {
  assert.deepEqual(planAllAtOnce(["10", "9", "0"], agentPolicy), {
    waves: [["0", "9", "10"]],
    inFlightMax: 3,
    failuresMax: 0,
    patienceSeconds: 1800,
  });
});

test("everything that stands in the way is told at once, with the flag that overrides it", () => {
  const blockers = blockersOf({
    machines: [
      { id: "0", version: "3.6.101" },
      { id: "1", version: "3.6.99" },
      { id: "2", version: "3.6.100" },
      { id: "3", version: null },
    ],
    current: "3.6.100",
    target: "3.6.101",
    isRetry: false,
    underWay: { id: 4, to: "3.6.101" },
  });

  assert.deepEqual(blockers, [
    {
      code: "upgrade in progress",
      message: "upgrade in progress: rollout 4 to 3.6.101",
      override: null,
    },
    {
      code: "agents behind",
      message:
        "some agents have not upgraded to the current model version 3.6.100: machine-1, machine-3",
      override: "--ignore-agent-versions",
    },
  ]);
});

test("nothing stands in the way of agents that run the current version", () => {
  const machines = [{ id: "0", version: "3.6.100" }];
  const facts = { machines, current: "3.6.100", target: "3.6.101", isRetry: false, underWay: null };

  assert.deepEqual(blockersOf(facts), []);
});
