import assert from "node:assert/strict";
import { test } from "node:test";
import { controllerUuid, shop } from "#controller/testing.ts";
import { Desk } from "../testing.ts";

test("a model is shown as Juju shows it, whether it is the current one or named", async () => {
  await using desk = await Desk.open();
  await desk.withController();

  const { stdout } = await desk.run("show-model --format json");

  const { shop: shown } = JSON.parse(stdout);
  const { status, users, machines, ...essence } = shown;
  assert.deepEqual(essence, {
    ...{ name: "anna/shop", "short-name": "shop", "model-uuid": shop, "model-type": "iaas" },
    ...{ "controller-uuid": controllerUuid, "controller-name": "test", "is-controller": false },
    ...{ owner: "anna", cloud: "local", region: "here", type: "local", life: "alive" },
    ...{ sla: "unsupported", "agent-version": "3.6.100" },
    "supported-features": essence["supported-features"],
  });
  assert.equal(status.current, "available");
  assert.equal(users.anna.access, "admin");
  assert.equal(machines["0"].cores, 0);
  for (const words of ["shop", "test:shop", "-m shop", shop]) {
    assert.equal(
      (await desk.run(`show-model ${words} --format json`)).stdout.slice(0, 60),
      stdout.slice(0, 60),
      words,
    );
  }
  assert.match((await desk.run("show-model")).stdout, /^shop:\n {2}name: /);
  const { status: exit, stderr } = await desk.run("show-model nope");
  assert.deepEqual([exit, stderr], [1, "ERROR model test:anna/nope not found\n"]);
});
