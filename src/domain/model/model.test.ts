import assert from "node:assert/strict";
import { test } from "node:test";
import { controllerScope } from "../scope.ts";
import { addUser, newModel, now, suiteOnEachStore } from "../testing.ts";
import * as user from "../user/user.ts";
import * as model from "./model.ts";

const nameRule = "model names may only contain lowercase letters, digits and hyphens";

suiteOnEachStore("models", (openStore) => {
  test("a new model is alive, and its owner administers it", async () => {
    await using store = await openStore();
    await addUser(store, "jane");
    await newModel(store, "prod");

    assert.deepEqual(await store.read("prod", model.get), {
      ...{ uuid: "prod", name: "prod", owner: "jane", life: "alive", cloud: "local", region: "" },
      ...{ agentVersion: "3.6.100", isController: false, created: now.toString() },
    });
    assert.deepEqual(await store.read("prod", user.listAccess), [
      { user: "jane", access: "admin", displayName: "jane" },
    ]);
  });

  test("a name may have letters, digits and hyphens, 63 at most", async () => {
    await using store = await openStore();
    for (const name of ["a", "0-b-", "n".repeat(63)]) await newModel(store, name);

    for (const name of ["", "-a", "Prod", "a.b", "a b", "a\n"]) {
      await assert.rejects(newModel(store, name), {
        code: "not valid",
        message: `"${name}" is not a valid name: ${nameRule}`,
      });
    }
    const long = "n".repeat(64);
    await assert.rejects(newModel(store, long), {
      code: "not valid",
      message: `"${long}" is not a valid name: it is longer than 63 characters`,
    });
  });

  test("a user has one model of a name, and others may have theirs", async () => {
    await using store = await openStore();
    await newModel(store, "prod");
    await newModel(store, "prod", { uuid: "bobs", owner: "bob" });

    await assert.rejects(newModel(store, "prod", { uuid: "second" }), {
      code: "already exists",
      message: 'failed to create new model: model "prod" for jane already exists',
    });
    assert.equal(await store.read("second", (tx) => user.findAccess(tx, "jane")), undefined);
  });

  test("models are listed by their names, and then by their owners", async () => {
    await using store = await openStore();
    await newModel(store, "prod", { uuid: "1", owner: "jane" });
    await newModel(store, "prod", { uuid: "2", owner: "bob" });
    await newModel(store, "alpha", { uuid: "3", owner: "jane" });

    const uuids = (await store.read(controllerScope, model.list)).map(({ uuid }) => uuid);
    assert.deepEqual(uuids, ["3", "2", "1"]);
  });

  test("a user's models are those that they have access to", async () => {
    await using store = await openStore();
    await addUser(store, "bob");
    await newModel(store, "prod", { uuid: "1" });
    await newModel(store, "alpha", { uuid: "2" });
    await newModel(store, "beta", { uuid: "3", owner: "bob" });
    await store.write("1", (tx) => user.grant(tx, { user: "bob", access: "read" }));

    const uuidsFor = async (name: string) =>
      (await store.read(controllerScope, (tx) => model.listFor(tx, name))).map(({ uuid }) => uuid);
    assert.deepEqual(await uuidsFor("bob"), ["3", "1"]);
    assert.deepEqual(await uuidsFor("jane"), ["2", "1"]);
    assert.deepEqual(await uuidsFor("eve"), []);
  });

  test("the controller's own model is known among the others", async () => {
    await using store = await openStore();
    await newModel(store, "prod");
    await newModel(store, model.controllerModelName, { isController: true });

    const found = await store.read(controllerScope, model.getController);
    assert.equal(found.uuid, "controller");
    assert.equal(found.isController, true);
  });

  test("nothing may be added to a model that is being destroyed", async () => {
    await using store = await openStore();
    await newModel(store, "prod");
    assert.equal((await store.read("prod", model.getAlive)).life, "alive");
    await store.write("prod", (tx) => model.setLife(tx, "dying"));

    await assert.rejects(store.read("prod", model.getAlive), {
      code: "not valid",
      message: 'model "prod" is being destroyed',
    });
    assert.equal((await store.read("prod", model.get)).life, "dying");
  });

  test("of a model that there is not nothing can be known or changed", async () => {
    await using store = await openStore();
    const unknown = { code: "model not found", message: 'unknown model: "prod"' };

    await assert.rejects(store.read("prod", model.get), unknown);
    await assert.rejects(store.read("prod", model.getAlive), unknown);
    await assert.rejects(store.read("prod", model.getSettings), unknown);
    await assert.rejects(store.read("prod", model.getOwnSettings), unknown);
    await assert.rejects(
      store.write("prod", (tx) => model.changeSettings(tx, {})),
      unknown,
    );
    assert.equal(await store.read(controllerScope, (tx) => model.find(tx, "prod")), undefined);
  });

  test("a model's changes are told in the model itself, its making to the controller", async () => {
    await using store = await openStore();
    await newModel(store, "prod");
    assert.equal(await store.latestChange(controllerScope), 1);

    await store.write("prod", async (tx) => {
      await model.setAgentVersion(tx, "3.6.101");
      await model.setLife(tx, "dying");
      await model.changeSettings(tx, { set: { "juju-no-proxy": "" } });
    });
    assert.equal(await store.latestChange("prod"), 3);
    assert.equal((await store.read("prod", model.get)).agentVersion, "3.6.101");
  });
});
