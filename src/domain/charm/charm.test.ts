import assert from "node:assert/strict";
import { test } from "node:test";
import * as model from "../model/model.ts";
import { addCharm, newModel, suiteOnEachStore } from "../testing.ts";
import * as charm from "./charm.ts";

suiteOnEachStore("charms", (openStore) => {
  test("the first upload of a charm has revision 0, and each one after that the next", async () => {
    await using store = await openStore();
    await newModel(store);

    assert.equal(await addCharm(store, "prod", { name: "mysql" }), "local:mysql-0");
    assert.equal(await addCharm(store, "prod", { name: "mysql" }), "local:mysql-1");
    assert.equal(await addCharm(store, "prod", { name: "wordpress" }), "local:wordpress-0");
  });

  test("a charm has the revision that it asks for if that is free, and else the highest", async () => {
    await using store = await openStore();
    await newModel(store);
    const add = (revision?: string) =>
      addCharm(store, "prod", { name: "mysql", ...(revision ? { revision } : {}) });

    assert.equal(await add("7"), "local:mysql-7");
    assert.equal(await add("7"), "local:mysql-8");
    assert.equal(await add("3"), "local:mysql-3");
    assert.equal(await add("3"), "local:mysql-9");
    assert.equal(await add(), "local:mysql-10");
    assert.equal(await add("1735689600000"), "local:mysql-1735689600000");
    assert.equal(await add(), "local:mysql-1735689600001");
  });

  test("a charm that asks for a later version of Juju than the model's agents is refused", async () => {
    await using store = await openStore();
    await newModel(store, "prod", { agentVersion: "3.6.100" });
    const add = (version: string) =>
      addCharm(store, "prod", { name: "mysql", metadata: `min-juju-version: "${version}"` });

    for (const version of ["4", "3.7", "3.6.101", "4.0-beta1"]) {
      await assert.rejects(add(version), {
        code: "not supported",
        message: `charm's min version (${version}) is higher than this juju model's version (3.6.100)`,
      });
    }
    assert.deepEqual(await store.read("prod", charm.list), []);
    for (const version of ["2", "3.6", "3.6.100", "3.6-rc1", ""]) await add(version);
  });

  test("each model counts its own charms", async () => {
    await using store = await openStore();
    for (const name of ["prod", "staging"]) await newModel(store, name);
    await addCharm(store, "prod", { name: "mysql" });

    assert.equal(await addCharm(store, "staging", { name: "mysql" }), "local:mysql-0");
  });

  test("a charm is read back as it was", async () => {
    await using store = await openStore();
    await newModel(store);
    const config = "options: {title: {type: string, default: Blog}}";
    const url = await addCharm(store, "prod", { name: "wordpress", config });
    await addCharm(store, "prod", { name: "mysql" });

    const { content, ...rest } = await store.read("prod", (tx) => charm.get(tx, url));
    assert.deepEqual(rest, {
      ...{ url, name: "wordpress", revision: 0 },
      ...{ sha256: "sha256 of wordpress", size: 100 },
    });
    assert.deepEqual(content.config, {
      title: { type: "string", description: "", default: "Blog" },
    });
    const urls = (await store.read("prod", charm.list)).map((each) => each.url);
    assert.deepEqual(urls, ["local:mysql-0", "local:wordpress-0"]);
    assert.equal(await store.latestChange("prod"), 2);
  });

  test("a charm that the model has not been given is not found", async () => {
    await using store = await openStore();
    for (const name of ["prod", "staging"]) await newModel(store, name);
    const url = await addCharm(store, "staging", { name: "mysql" });

    await assert.rejects(
      store.read("prod", (tx) => charm.get(tx, url)),
      { code: "not found", message: 'charm "local:mysql-0" not found' },
    );
  });

  test("a model that is being destroyed, or is gone, is given no charms", async () => {
    await using store = await openStore();
    await newModel(store);
    await store.write("prod", (tx) => model.setLife(tx, "dying"));

    await assert.rejects(addCharm(store, "prod", { name: "mysql" }), {
      code: "not valid",
      message: 'model "prod" is being destroyed',
    });
    await assert.rejects(addCharm(store, "gone", { name: "mysql" }), { code: "model not found" });
    assert.deepEqual(await store.read("prod", charm.list), []);
  });
});
