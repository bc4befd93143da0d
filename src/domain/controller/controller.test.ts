import assert from "node:assert/strict";
import { test } from "node:test";
import { controllerScope } from "../scope.ts";
import { suiteOnEachStore } from "../testing.ts";
import * as controller from "./controller.ts";

suiteOnEachStore("the controller", (openStore) => {
  test("a controller knows who it is once it is bootstrapped", async () => {
    await using store = await openStore();
    const identity = { uuid: "c0", name: "home", caCertificate: "PEM" };
    assert.equal(await store.read(controllerScope, controller.find), undefined);

    await store.write(controllerScope, (tx) => controller.add(tx, identity));
    assert.deepEqual(await store.read(controllerScope, controller.find), identity);
  });
});
