import assert from "node:assert/strict";
import { after, test } from "node:test";
import { UnitAgent } from "#contract/unit-agent.ts";
import { shop } from "#controller/testing.ts";
import { Desk } from "../testing.ts";

const desk = await Desk.open();
after(() => desk[Symbol.asyncDispose]());
const controller = await desk.withController();

test("what units have registered is shown, all of it or what a word is about", async () => {
  const none = { status: 0, stdout: "", stderr: "No payloads to display.\n" };
  assert.deepEqual(await desk.run("payloads"), none);
  await using agent = await controller.connect("machine-1", shop);
  const facade = agent.facade(UnitAgent);
  const unit = "mysql/1";
  await facade.RegisterPayload({ unit, class: "db", id: "c1", type: "docker", labels: ["big"] });
  await facade.RegisterPayload({ unit, class: "db", id: "c2", type: "docker", labels: [] });
  await facade.SetPayloadStatus({ unit, class: "db", id: "c2", status: "stopped" });
  await facade.RegisterPayload({ unit, class: "db", id: "c3", type: "docker", labels: [] });
  await facade.UnregisterPayload({ unit, class: "db", id: "c3" });

  assert.equal(
    (await desk.run("payloads")).stdout,
    `[Unit Payloads]
Unit     Machine  Payload class  Status   Type    Id  Tags
mysql/1  1        db             running  docker  c1  big
mysql/1  1        db             stopped  docker  c2  
`,
  );
  const { stdout } = await desk.run("list-payloads stopped --format json");
  assert.deepEqual(JSON.parse(stdout), [
    {
      ...{ unit, machine: "1", id: "c2", type: "docker", "payload-class": "db" },
      status: "stopped",
    },
  ]);
  for (const word of ["big", "c1", "running"]) {
    assert.match((await desk.run(`payloads ${word}`)).stdout, /^\[.*\]\n.*\n.* c1 +big\n$/, word);
  }
});
