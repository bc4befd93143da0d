import assert from "node:assert/strict";
import { test } from "node:test";
import { checkName, type Given, toFilter } from "./history-request.ts";

const nothing: Given = {
  ...{ n: undefined, days: undefined, "from-date": undefined, "include-status-updates": false },
};
const filter = (given: Partial<Given>) => toFilter({ ...nothing, ...given });
const exclude = ["running update-status hook"];

test("the last twenty are shown, or so many, or those since a time", () => {
  assert.deepEqual(filter({}), { size: 20, delta: 0, exclude });
  assert.deepEqual(filter({ n: "0" }), { size: 20, delta: 0, exclude });
  assert.deepEqual(filter({ n: "5" }), { size: 5, delta: 0, exclude });
  assert.deepEqual(filter({ days: "2" }), { size: 0, delta: 172_800_000_000_000, exclude });
  const date = "2026-01-31T00:00:00Z";
  assert.deepEqual(filter({ "from-date": "2026-01-31" }), { size: 0, delta: 0, date, exclude });
  assert.deepEqual(filter({ "include-status-updates": true }).exclude, []);
});

test("what makes no sense is refused, and why", () => {
  const together = "backlog size, backlog date and backlog days back cannot be specified together";
  const wrong: readonly [() => unknown, string][] = [
    [() => filter({ n: "1", days: "1" }), together],
    [() => filter({ "from-date": "2026-01-01", days: "1" }), together],
    [
      () => filter({ "from-date": "soon" }),
      'parsing backlog date: "soon" is not a date such as 2026-01-31',
    ],
    [
      () => checkName("ship", "mysql/0"),
      'unexpected status type "ship": there are unit, juju-unit, workload, machine, juju-machine, ' +
        "application, model, container, juju-container, saas, filesystem, volume, task",
    ],
    [() => checkName("task", "3"), "no status history available"],
    [() => checkName("unit", undefined), "entity name is missing."],
    [() => checkName("unit", "mysql"), '"mysql" is not a valid name for a unit'],
    [() => checkName("machine", "mysql/0"), '"mysql/0" is not a valid name for a machine'],
    [() => checkName("application", "0"), '"0" is not a valid name for a application'],
    [() => checkName("volume", "data/0"), "no status history available"],
  ];
  for (const [body, message] of wrong) assert.throws(body, { message });
  assert.equal(checkName("model", undefined), "");
  assert.equal(checkName("juju-container", "0/lxd/1"), "0/lxd/1");
});
