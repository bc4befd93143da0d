import assert from "node:assert/strict";
import { test } from "node:test";
import { makeAuthority } from "#base/certificates.ts";
import * as model from "#domain/model/model.ts";
import { controllerScope } from "#domain/scope.ts";
import { now, suiteOnEachStore } from "#domain/testing.ts";
import type { ControllerConf } from "#release/controller-conf.ts";
import { bootstrap } from "./bootstrap.ts";

const first = "10000000-0000-4000-8000-000000000000";
const second = "20000000-0000-4000-8000-000000000000";

suiteOnEachStore("a controller's first start", (open) => {
  test("it may be cut short and done again, and changes nothing more", async () => {
    await using store = await open();
    for (const _ of [1, 2]) await bootstrap(store, await beginning("demo", first));
    const models = await store.read(controllerScope, model.list);
    assert.deepEqual(
      models.map(({ name }) => name),
      ["controller"],
    );
  });

  test("a database that belongs to another controller is refused, and stays as it was", async () => {
    await using store = await open();
    await bootstrap(store, await beginning("demo", first));
    const before = await store.read(controllerScope, model.list);
    await assert.rejects(bootstrap(store, await beginning("other", second)), {
      name: "Problem",
      code: "already exists",
      message: `the database belongs to controller "demo" (${first}): give controller "other" an empty one`,
    });
    assert.deepEqual(await store.read(controllerScope, model.list), before);
  });
});

async function beginning(name: string, uuid: string) {
  const conf: ControllerConf = {
    ...{ uuid, name, port: 17_070, hosts: [], database: "", agentSecret: "secret" },
    ca: await makeAuthority("test", now),
    cloud: { name: "local", type: "local", region: "localhost", root: "/nowhere" },
    bootstrap: {
      ...{ user: "admin", passwordHash: "", model: uuid.replace("0000", "0001"), nonce: "nonce" },
      base: "ubuntu@22.04",
    },
  };
  return { conf, version: "3.6.100", instance: undefined, now };
}
