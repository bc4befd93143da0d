import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import * as machine from "../machine/machine.ts";
import * as model from "../model/model.ts";
import { destroyRelation, destroyUnit } from "../removal/removal.ts";
import {
  after,
  allRows,
  commitHook,
  deployApp,
  deployPair,
  deployRelatedPair,
  newModel,
  now,
  provisionAll,
  runAll,
  suiteOnEachStore,
} from "../testing.ts";
import * as membership from "./membership.ts";
import { findRelated, relate } from "./relate.ts";
import * as relation from "./relation.ts";

const related = ["wordpress", "mysql"];

suiteOnEachStore("relating", (openStore) => {
  test("two applications are related by the endpoints that fit", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployPair(store, "prod");
    const rest = { interface: "mysql", scope: "global", limit: 0, optional: false };

    const made = await store.write("prod", (tx) => relate(tx, ["mysql", "wordpress"], now));
    assert.deepEqual(made, {
      ...{ id: 0, key: "wordpress:db mysql:server", life: "alive", since: now.toString() },
      ...{ interface: "mysql", scope: "global", isSuspended: false, suspendedReason: "" },
      endpoints: [
        { application: "wordpress", name: "db", role: "requirer", ...rest },
        { application: "mysql", name: "server", role: "provider", ...rest },
      ],
    });
    assert.deepEqual(await store.read("prod", relation.list), [made]);
  });

  test("an endpoint's name says which of several is meant", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "wordpress", metadata: "requires: {db: mysql}" });
    const metadata = "provides: {dev: mysql, live: mysql}";
    await deployApp(store, "prod", { name: "mysql", metadata });

    await assert.rejects(
      store.write("prod", (tx) => relate(tx, related, now)),
      {
        code: "not valid",
        message:
          'ambiguous relation: "wordpress mysql" could refer to ' +
          '"wordpress:db mysql:dev"; "wordpress:db mysql:live"',
      },
    );
    const { key } = await store.write("prod", (tx) => relate(tx, ["mysql:live", "wordpress"], now));
    assert.equal(key, "wordpress:db mysql:live");
  });

  test("every charm can be asked for its host, if nothing else fits", async () => {
    await using store = await openStore();
    await newModel(store);
    const metadata = "requires: {host: juju-info}";
    await deployApp(store, "prod", { name: "monitor", metadata });
    await deployApp(store, "prod", { name: "mysql" });

    const { key } = await store.write("prod", (tx) => relate(tx, ["mysql", "monitor"], now));
    assert.equal(key, "monitor:host mysql:juju-info");
  });

  test("a relation that cannot be leaves nothing behind, and says why not", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployPair(store, "prod");
    const metadata = "requires: {db: mysql, host: juju-info}\nprovides: {proxy: mysql}";
    await deployApp(store, "prod", { name: "router", metadata });
    const before = await allRows(store);
    const refusals: readonly [readonly string[], string, string][] = [
      [["wordpress", "wordpress"], "not found", "no relations found"],
      [["router", "router"], "not found", "no relations found"],
      [["wordpress:db", "mysql:juju-info"], "not found", "no relations found"],
      [["wordpress", "redis"], "not found", 'application "redis" not found'],
      [["wordpress", "mysql:db"], "not found", 'application "mysql" has no "db" relation'],
      [["wordpress", ":db"], "not valid", 'invalid endpoint ":db"'],
      [["wordpress"], "not valid", "a relation must involve two applications"],
      [[...related, "router"], "not valid", "a relation must involve two applications"],
    ];

    for (const [names, code, message] of refusals) {
      await assert.rejects(
        store.write("prod", (tx) => relate(tx, names, now)),
        { code, message },
      );
    }
    assert.deepEqual(await allRows(store), before);
  });

  test("two endpoints are related once", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployPair(store, "prod");
    await store.write("prod", (tx) => relate(tx, related, now));

    const key = "wordpress:db mysql:server";
    await assert.rejects(
      store.write("prod", (tx) => relate(tx, ["mysql", "wordpress"], now)),
      {
        code: "already exists",
        message: `cannot add relation "${key}": relation ${key} already exists`,
      },
    );
    assert.equal((await store.read("prod", relation.list)).length, 1);
  });

  test("two endpoints are related anew only when their old relation has gone", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");
    await store.write("prod", async (tx) => destroyRelation(tx, await relation.get(tx, 0)));
    const key = "wordpress:db mysql:server";
    await assert.rejects(
      store.write("prod", (tx) => relate(tx, related, now)),
      {
        code: "already exists",
        message: `cannot add relation "${key}": relation ${key} is dying, but not yet removed`,
      },
    );

    for (const name of ["wordpress/0", "mysql/0"]) {
      await commitHook(store, "prod", { unit: name, facts: { leftRelation: 0 } });
    }
    const { id } = await store.write("prod", (tx) => relate(tx, related, now));
    assert.equal(id, 1);
  });

  test("an endpoint has no more relations than its limit", async () => {
    await using store = await openStore();
    await newModel(store);
    const requires = "requires: {db: {interface: mysql, limit: 1}, other: mysql}";
    await deployApp(store, "prod", { name: "wordpress", metadata: requires });
    for (const name of ["mysql", "mariadb"]) {
      await deployApp(store, "prod", { name, metadata: "provides: {server: mysql}" });
    }
    const add = (...names: string[]) => store.write("prod", (tx) => relate(tx, names, now));
    await add("wordpress:other", "mysql");
    await add("wordpress:db", "mysql");

    await assert.rejects(add("mariadb", "wordpress:db"), {
      code: "quota limit exceeded",
      message:
        'cannot add relation "wordpress:db mariadb:server": establishing a new relation for ' +
        "wordpress:db would exceed its maximum relation limit of 1",
    });
    await add("wordpress:other", "mariadb");
  });

  test("nothing is related in a model that is being destroyed", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployPair(store, "prod");
    await store.write("prod", (tx) => model.setLife(tx, "dying"));

    await assert.rejects(
      store.write("prod", (tx) => relate(tx, related, now)),
      { code: "not valid", message: 'model "prod" is being destroyed' },
    );
  });
});

suiteOnEachStore("taking part", (openStore) => {
  test("a unit takes part from the moment that it is installed", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployPair(store, "prod");
    await provisionAll(store, "prod");
    await commitHook(store, "prod", { unit: "mysql/0", facts: { hasInstalled: true } });
    await store.write("prod", (tx) => relate(tx, related, now));
    assert.deepEqual(await membersOf(store, 0), ["mysql/0"]);

    await commitHook(store, "prod", { unit: "wordpress/0" });
    assert.deepEqual(await membersOf(store, 0), ["mysql/0"]);
    await commitHook(store, "prod", { unit: "wordpress/0", facts: { hasInstalled: true } });
    assert.deepEqual(await membersOf(store, 0), ["mysql/0", "wordpress/0"]);
  });

  test("peers take part as well", async () => {
    await using store = await openStore();
    await newModel(store);
    const metadata = "peers: {cluster: mysql-ha}";
    await deployApp(store, "prod", { name: "mysql", metadata, units: 2 });
    await runAll(store, "prod");

    assert.deepEqual(await membersOf(store, 0), ["mysql/0", "mysql/1"]);
  });

  test("a unit tells its address in every relation from the start", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");

    assert.deepEqual(await settingsOf(store, "mysql/0"), {
      "egress-subnets": "10.0.0.1/32",
      "ingress-address": "10.0.0.1",
      "private-address": "10.0.0.1",
    });
  });

  test("an address of IPv6 is a subnet of its own as well, and without one nothing is told", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployPair(store, "prod");
    await store.write("prod", async (tx) => {
      const instance = { instanceId: "i", hardware: "" };
      await machine.setInstance(tx, "0", { ...instance, addresses: ["fd00::1", "10.0.0.1"] });
      await machine.setInstance(tx, "1", { ...instance, addresses: [] });
    });
    await runAll(store, "prod");
    await store.write("prod", (tx) => relate(tx, related, now));

    assert.deepEqual(await settingsOf(store, "wordpress/0"), {
      "egress-subnets": "fd00::1/128",
      "ingress-address": "fd00::1",
      "private-address": "fd00::1",
    });
    assert.deepEqual(await settingsOf(store, "mysql/0"), {});
  });

  test("a unit that is going does not begin to take part", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployPair(store, "prod");
    await deployApp(store, "prod", { name: "late", metadata: "requires: {db: mysql}" });
    await runAll(store, "prod");
    await deployApp(store, "prod", { name: "later", metadata: "requires: {db: mysql}" });
    await provisionAll(store, "prod");
    await store.write("prod", (tx) => relate(tx, ["later", "mysql"], now));
    for (const name of ["wordpress/0", "later/0"]) {
      await store.write("prod", (tx) => destroyUnit(tx, name));
    }

    await store.write("prod", (tx) => relate(tx, related, now));
    await commitHook(store, "prod", { unit: "later/0", facts: { hasInstalled: true } });
    assert.deepEqual(await membersOf(store, 0), ["mysql/0"]);
    assert.deepEqual(await membersOf(store, 1), ["mysql/0"]);
  });
});

suiteOnEachStore("finding a relation", (openStore) => {
  test("a relation is found by its applications or endpoints, in any order", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployRelatedPair(store, "prod");

    await deployApp(store, "prod", { name: "mariadb", metadata: "provides: {server: mysql}" });
    await deployApp(store, "prod", { name: "blog", metadata: "requires: {db: mysql}" });
    for (const names of [
      ["wordpress", "mariadb"],
      ["blog", "mysql"],
    ]) {
      await store.write("prod", (tx) => relate(tx, names, now));
    }

    for (const names of [related, ["mysql:server", "wordpress"], ["wordpress:db", "mysql"]]) {
      const { id } = await store.read("prod", (tx) => findRelated(tx, names));
      assert.equal(id, 0);
    }
  });

  test("a relation that there is not is not found, and which of two is meant has to be said", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", {
      name: "wordpress",
      metadata: "requires: {a: mysql, b: mysql}",
    });
    await deployApp(store, "prod", { name: "mysql", metadata: "provides: {server: mysql}" });
    const find = (...names: string[]) => store.read("prod", (tx) => findRelated(tx, names));
    await assert.rejects(find("wordpress", "mysql"), {
      code: "not found",
      message: 'relation "wordpress mysql" not found',
    });

    for (const [seconds, name] of ["wordpress:b", "wordpress:a"].entries()) {
      await store.write("prod", (tx) => relate(tx, [name, "mysql"], after(seconds)));
    }
    await assert.rejects(find("wordpress", "mysql"), {
      code: "not valid",
      message:
        'ambiguous relation: "wordpress mysql" could refer to ' +
        '"wordpress:b mysql:server"; "wordpress:a mysql:server"',
    });
    assert.equal((await find("mysql", "wordpress:a")).id, 1);
  });

  test("peers are found by their own endpoint", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql", metadata: "peers: {cluster: mysql-ha}" });

    const names = ["mysql:cluster", "mysql:cluster"];
    const { key } = await store.read("prod", (tx) => findRelated(tx, names));
    assert.equal(key, "mysql:cluster");
  });
});

async function membersOf(store: Store, id: number): Promise<string[]> {
  const members = await store.read("prod", (tx) => membership.list(tx, [id]));
  return members.map(({ unit }) => unit);
}

function settingsOf(store: Store, member: string): Promise<membership.Settings> {
  return store.read("prod", (tx) => membership.getSettings(tx, { relation: 0, member }));
}
