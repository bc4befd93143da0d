import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import { addUnits } from "../deployment/deployment.ts";
import * as leadership from "../leadership/leadership.ts";
import {
  deployApp,
  deployRelatedPair,
  newModel,
  now,
  provisionAll,
  runAll,
  suiteOnEachStore,
} from "../testing.ts";
import * as membership from "./membership.ts";
import { readSettings } from "./read-settings.ts";

suiteOnEachStore("what a unit may read of a relation", (openStore) => {
  test("whoever takes part reads what the units and the application of the other side say", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    await say(store, "mysql/0", { user: "jane" });
    await say(store, "mysql", { version: "8" });
    const { user } = await read(store, "wordpress/0", "mysql/0");
    assert.equal(user, "jane");
    assert.deepEqual(await read(store, "wordpress/0", "mysql"), { version: "8" });
  });

  test("what an application says to the other side, only its leader reads on its own side", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    await say(store, "mysql", { secret: "s3cret" });
    await assert.rejects(read(store, "mysql/0", "mysql"), {
      code: "unauthorized access",
      message: 'cannot read relation settings of "mysql": "mysql/0" is not the leader',
    });
    const claim = { application: "mysql", unit: "mysql/0", seconds: 30, now };
    await store.write("prod", (tx) => leadership.claim(tx, claim));
    assert.deepEqual(await read(store, "mysql/0", "mysql"), { secret: "s3cret" });
  });

  test("among peers every unit reads what the application says", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql", units: 2, metadata: "peers: {cluster: ha}" });
    await runAll(store, "prod");
    await say(store, "mysql", { primary: "mysql/0" });
    assert.deepEqual(await read(store, "mysql/1", "mysql"), { primary: "mysql/0" });
  });

  test("a unit that does not take part yet reads nothing", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    await say(store, "mysql/0", { user: "jane" });
    await store.write("prod", (tx) => addUnits(tx, "wordpress", { count: 1, placement: [], now }));
    await provisionAll(store, "prod");
    assert.deepEqual(await read(store, "wordpress/1", "mysql/0"), {});
    await runAll(store, "prod");
    const { user } = await read(store, "wordpress/1", "mysql/0");
    assert.equal(user, "jane");
  });

  test("a relation of others is unknown", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    await deployApp(store, "prod", { name: "blog" });
    await runAll(store, "prod");
    await assert.rejects(read(store, "blog/0", "mysql/0"), {
      code: "not found",
      message: "relation 0 not found",
    });
  });
});

function read(store: Store, name: string, member: string): Promise<membership.Settings> {
  return store.read("prod", (tx) => readSettings(tx, { unit: name, relation: 0, member }));
}

async function say(store: Store, member: string, settings: membership.Settings): Promise<void> {
  const [application = ""] = member.split("/");
  await store.write("prod", (tx) =>
    membership.changeSettings(tx, { relation: 0, member, application, settings }),
  );
}
