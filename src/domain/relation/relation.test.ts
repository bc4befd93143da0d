import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import { deployApp, deployRelatedPair, newModel, now, suiteOnEachStore } from "../testing.ts";
import * as membership from "./membership.ts";
import { relate } from "./relate.ts";
import * as relation from "./relation.ts";

const address = {
  "egress-subnets": "10.0.0.1/32",
  "ingress-address": "10.0.0.1",
  "private-address": "10.0.0.1",
};

suiteOnEachStore("relation settings", (openStore) => {
  test("settings have a new version when something has changed, and only then", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    const change = async (settings: membership.Settings) => {
      const before = await store.latestChange("prod");
      await changeSettings(store, "mysql/0", settings);
      return [await versionOf(store, "mysql/0"), (await store.latestChange("prod")) - before];
    };

    assert.equal(await versionOf(store, "mysql/0"), 1);
    assert.deepEqual(await change({ user: "jane", host: "a" }), [2, 1]);
    assert.deepEqual(await change({ host: "a", user: "jane" }), [2, 0]);
    assert.deepEqual(await change({ host: "a" }), [2, 0]);
    assert.deepEqual(await change({ host: "b" }), [3, 1]);
    assert.deepEqual(await change({}), [3, 0]);
    assert.deepEqual(await settingsOf(store, "mysql/0"), { ...address, host: "b", user: "jane" });
  });

  test("an empty value takes its key away, and one that is not there no version", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    await changeSettings(store, "mysql/0", { user: "jane", password: "" });
    assert.deepEqual(await settingsOf(store, "mysql/0"), { ...address, user: "jane" });

    await changeSettings(store, "mysql/0", { user: "" });
    assert.deepEqual(await settingsOf(store, "mysql/0"), address);
    assert.equal(await versionOf(store, "mysql/0"), 3);
    await changeSettings(store, "mysql/0", { user: "" });
    assert.equal(await versionOf(store, "mysql/0"), 3);
  });

  test("an application has settings once its leader wrote some", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    assert.equal(await versionOf(store, "mysql"), undefined);
    await changeSettings(store, "mysql", { user: "" });
    assert.equal(await versionOf(store, "mysql"), undefined);

    await changeSettings(store, "mysql", { user: "jane" });
    assert.equal(await versionOf(store, "mysql"), 1);
    assert.deepEqual(await settingsOf(store, "mysql"), { user: "jane" });
    assert.deepEqual(await settingsOf(store, "wordpress"), {});
  });

  test("a unit tells each relation something else", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    await deployApp(store, "prod", { name: "blog", metadata: "requires: {db: mysql}" });
    await store.write("prod", (tx) => relate(tx, ["blog", "mysql"], now));
    await changeSettings(store, "mysql/0", { user: "jane" });

    const second = { relation: 1, member: "mysql/0" };
    assert.deepEqual(await store.read("prod", (tx) => membership.getSettings(tx, second)), address);
    assert.deepEqual(await settingsOf(store, "mysql/0"), { ...address, user: "jane" });
  });

  test("entering again goes on as before", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    await changeSettings(store, "mysql/0", { user: "jane" });
    const latest = await store.latestChange("prod");
    const entry = { relation: 0, unit: "mysql/0", application: "mysql", settings: {} };
    await store.write("prod", (tx) => membership.enter(tx, entry));

    assert.deepEqual(await settingsOf(store, "mysql/0"), { ...address, user: "jane" });
    assert.equal(await store.latestChange("prod"), latest);
  });

  test("whoever has left has no settings, and leaving again is no change", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    const leave = () =>
      store.write("prod", (tx) => membership.leave(tx, { relation: 0, unit: "mysql/0" }));
    assert.deepEqual(await store.read("prod", (tx) => membership.listEntered(tx, "mysql/0")), [0]);
    await leave();
    const latest = await store.latestChange("prod");
    await leave();

    assert.deepEqual(await settingsOf(store, "mysql/0"), {});
    assert.deepEqual(await store.read("prod", (tx) => membership.listEntered(tx, "mysql/0")), []);
    assert.equal(await store.latestChange("prod"), latest);
  });
});

suiteOnEachStore("relations", (openStore) => {
  test("a relation that is gone is not found, and has no members left", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    await store.write("prod", async (tx) => relation.remove(tx, await relation.get(tx, 0)));

    await assert.rejects(
      store.read("prod", (tx) => relation.get(tx, 0)),
      { code: "not found", message: "relation 0 not found" },
    );
    const key = "wordpress:db mysql:server";
    assert.equal(await store.read("prod", (tx) => relation.findByKey(tx, key)), undefined);
    assert.deepEqual(await store.read("prod", (tx) => relation.listOf(tx, "mysql")), []);
    assert.deepEqual(await store.read("prod", (tx) => membership.list(tx, [0])), []);
  });

  test("a relation is in a container's scope if either endpoint is", async () => {
    await using store = await openStore();
    const rest = { interface: "nrpe", limit: 0, optional: false } as const;
    const own = { application: "mysql", name: "nrpe", role: "provider", ...rest } as const;
    const other = { application: "nrpe", name: "host", role: "requirer", ...rest } as const;
    const { scope } = await store.write("prod", (tx) =>
      relation.add(
        tx,
        [
          { ...own, scope: "global" },
          { ...other, scope: "container" },
        ],
        now,
      ),
    );

    assert.equal(scope, "container");
  });

  test("relations of one model are none of another's", async () => {
    await using store = await openStore();
    for (const name of ["prod", "staging"]) {
      await newModel(store, name);
      await deployRelatedPair(store, name);
    }
    await store.write("prod", (tx) => relation.setLife(tx, 0, "dying"));
    const lifeIn = async (name: string) =>
      (await store.read(name, (tx) => relation.get(tx, 0))).life;

    assert.equal(await lifeIn("prod"), "dying");
    assert.equal(await lifeIn("staging"), "alive");
    await store.write("prod", async (tx) => relation.remove(tx, await relation.get(tx, 0)));
    assert.equal((await store.read("staging", (tx) => membership.list(tx, [0]))).length, 2);
    assert.equal((await store.read("staging", (tx) => relation.listOf(tx, "mysql"))).length, 1);
  });
});

function changeSettings(
  store: Store,
  member: string,
  settings: membership.Settings,
): Promise<void> {
  const change = { relation: 0, member, application: "mysql", settings };
  return store.write("prod", (tx) => membership.changeSettings(tx, change));
}

function settingsOf(store: Store, member: string): Promise<membership.Settings> {
  return store.read("prod", (tx) => membership.getSettings(tx, { relation: 0, member }));
}

async function versionOf(store: Store, member: string): Promise<number | undefined> {
  const members = await store.read("prod", (tx) => membership.list(tx, [0]));
  return members.find(({ unit }) => unit === member)?.version;
}
