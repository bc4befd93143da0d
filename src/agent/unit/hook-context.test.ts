import assert from "node:assert/strict";
import { test } from "node:test";
import { makeStage, Stage, wantedState } from "./stage/testing.ts";
import { desiredRelation, desiredUnit } from "./testing.ts";

const script = "#!/bin/sh\nrelation-get -r 1 --app - mysql > seen 2>&1\ntrue\n";

test("a unit that does not lead reads what its application says among peers, and only there", async () => {
  assert.equal(await seenInRelation({ role: "peer", remote: "mysql" }), "greeting: hello\n");
  assert.equal(
    await seenInRelation({ role: "provider", remote: "wordpress" }),
    "ERROR permission denied: this unit is not the leader\n",
  );
});

async function seenInRelation({ role, remote }: { role: string; remote: string }): Promise<string> {
  await using stage = await Stage.open(await makeStage({ "hooks/install": script }));
  await stage.follow("mysql/1");
  const relations = [desiredRelation({ role, "remote-application": remote })];
  await stage.run({ kind: "install" }, { ...wantedState(), unit: desiredUnit({ relations }) });
  return await stage.read("seen");
}
