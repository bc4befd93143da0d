import assert from "node:assert/strict";
import { test } from "node:test";
import * as changes from "#store/changes.ts";
import type { Store } from "#store/store.ts";
import * as status from "../status/status.ts";
import { now, suiteOnEachStore } from "../testing.ts";
import * as application from "./application.ts";

suiteOnEachStore("applications", (openStore) => {
  test("a new application is alive, and has said nothing yet", async () => {
    await using store = await openStore();
    await add(store, "mysql");

    assert.deepEqual(await store.read("prod", (tx) => application.get(tx, "mysql")), {
      ...{ name: "mysql", life: "alive", charm: "local:mysql-0", modifiedVersion: 1 },
      ...{ forceUnits: false, base: "ubuntu@22.04", channel: "stable", isExposed: false },
      ...{ exposure: {}, isTrusted: false },
    });
    const entity = status.entities.application("mysql");
    assert.deepEqual(await store.read("prod", (tx) => status.find(tx, entity)), {
      ...{ status: "unset", message: "", data: {}, since: now.toString() },
    });
  });

  test("a name is words of letters and digits, none of which is a number", async () => {
    await using store = await openStore();
    for (const name of ["a", "mysql", "mysql5-7db", "n0-0n-n0", "constructor"]) {
      await add(store, name);
    }
    for (const name of ["", "7up", "mysql-7", "mysql-", "-mysql", "My", "my sql", "my/0", "a--b"]) {
      await assert.rejects(add(store, name), {
        code: "not valid",
        message: `invalid application name "${name}"`,
      });
    }
  });

  test("a model has one application of a name, and another model may have its own", async () => {
    await using store = await openStore();
    await add(store, "mysql");
    await add(store, "mysql", "staging");

    await assert.rejects(add(store, "mysql"), {
      code: "already exists",
      message: 'cannot add application "mysql": application already exists',
    });
  });

  test("an application that is being removed is there, but nothing may begin with it", async () => {
    await using store = await openStore();
    await add(store, "mysql");
    await store.write("prod", (tx) => application.setLife(tx, "mysql", "dying"));

    assert.equal((await store.read("prod", (tx) => application.get(tx, "mysql"))).life, "dying");
    await assert.rejects(
      store.read("prod", (tx) => application.getAlive(tx, "mysql")),
      { code: "not valid", message: 'application "mysql" is being removed' },
    );
    await assert.rejects(
      store.read("prod", (tx) => application.getAlive(tx, "wordpress")),
      { code: "not found", message: 'application "wordpress" not found' },
    );
  });

  test("settings are kept for each charm, and nothing is kept for a null", async () => {
    await using store = await openStore();
    await add(store, "mysql");
    const [old, newer] = ["local:mysql-0", "local:mysql-1"];
    const save = (charm: string, settings: application.Settings) =>
      store.write("prod", (tx) =>
        application.saveSettings(tx, { application: "mysql", charm, settings }),
      );
    const read = (charm: string) =>
      store.read("prod", (tx) => application.getSettings(tx, { application: "mysql", charm }));

    assert.deepEqual(await read(newer), {});
    await save(newer, { port: 3307, title: null });
    assert.deepEqual(await read(newer), { port: 3307 });
    assert.deepEqual(await read(old), { port: 3306 });
    await save(old, {});
    assert.deepEqual(await read(old), {});
  });

  test("an application that is removed leaves no settings or status to the next of its name", async () => {
    await using store = await openStore();
    for (const name of ["mysql", "wordpress"]) await add(store, name);
    const latest = await store.latestChange("prod");
    await store.write("prod", (tx) => application.remove(tx, "mysql"));
    const told = await store.read("prod", (tx) => changes.after(tx, latest));
    assert.deepEqual(told, [{ seq: latest + 1, kind: "application", id: "mysql" }]);

    const of = { application: "mysql", charm: "local:mysql-0" };
    assert.deepEqual(await store.read("prod", (tx) => application.getSettings(tx, of)), {});
    assert.deepEqual(
      [...(await store.read("prod", status.listAll)).keys()],
      ["application:wordpress"],
    );
    const names = (await store.read("prod", application.list)).map(({ name }) => name);
    assert.deepEqual(names, ["wordpress"]);
  });
});

function add(store: Store, name: string, model = "prod"): Promise<void> {
  const settings = { port: 3306, title: null };
  const rest = { charm: "local:mysql-0", base: "ubuntu@22.04", channel: "stable", settings, now };
  const added = { name, ...rest, isTrusted: false };
  return store.write(model, (tx) => application.add(tx, added));
}
