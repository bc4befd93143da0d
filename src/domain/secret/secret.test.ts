import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import * as leadership from "../leadership/leadership.ts";
import { relate } from "../relation/relate.ts";
import * as relation from "../relation/relation.ts";
import * as removal from "../removal/removal.ts";
import {
  after,
  commitHook,
  deployApp,
  newModel,
  now,
  runAll,
  suiteOnEachStore,
} from "../testing.ts";
import * as unit from "../unit/unit.ts";
import { listNews } from "./news.ts";
import { findContent, listManaged } from "./read.ts";
import * as revision from "./revision.ts";
import * as secret from "./secret.ts";
import { contentOf, idOf } from "./testing.ts";
import type { Write } from "./write.ts";

const id = idOf("a");
const create = { kind: "create", id, owner: "application", content: contentOf("one") } as const;
const second: Write = { kind: "update", id, content: contentOf("two") };
const read: Write = { kind: "consume", id, revision: 0, label: undefined };
const granted: Write = { kind: "grant", id, relation: 1, unit: "" };

suiteOnEachStore("secrets", (openStore) => {
  test("its owner and who it was granted to read it, and nobody else does", async () => {
    await using shop = await openShop(openStore);
    await shop.write("mysql/0", { ...create, label: "admin" });
    const readers = async () => {
      const names = ["mysql/0", "mysql/1", "wordpress/0", "wordpress/1", "blog/0"];
      const may = await Promise.all(names.map((name) => shop.reads(name)));
      return names.filter((_, at) => may[at] !== undefined);
    };
    assert.deepEqual(await readers(), ["mysql/0", "mysql/1"]);
    await shop.write("mysql/0", { ...granted, unit: "wordpress/1" });
    assert.deepEqual(await readers(), ["mysql/0", "mysql/1", "wordpress/1"]);
    await shop.write("mysql/0", granted);
    assert.deepEqual(await readers(), ["mysql/0", "mysql/1", "wordpress/0", "wordpress/1"]);
    const revoke = { kind: "revoke", id, relation: 1, application: "" } as const;
    await shop.write("mysql/0", { ...revoke, unit: "wordpress/1" });
    assert.deepEqual(await readers(), ["mysql/0", "mysql/1", "wordpress/0", "wordpress/1"]);
    await shop.write("mysql/0", { ...revoke, unit: "" });
    assert.deepEqual(await readers(), ["mysql/0", "mysql/1"]);
  });

  test("what a unit owns, its peers do not read", async () => {
    await using shop = await openShop(openStore);
    await shop.write("mysql/1", { ...create, owner: "unit" });
    assert.equal(await shop.reads("mysql/0"), undefined);
    assert.equal(await shop.reads("mysql/1"), "1: one");
  });

  test("only its owner changes it, which of an application is the leader", async () => {
    await using shop = await openShop(openStore);
    await shop.write("mysql/0", create);
    await shop.write("mysql/0", granted);
    const refused = { code: "unauthorized access" };
    for (const name of ["mysql/1", "wordpress/0"]) {
      const denied = { ...refused, message: `permission denied: secret "${id}" is not yours` };
      for (const write of [second, granted, { kind: "remove", id, revision: 0 } as const]) {
        await assert.rejects(shop.write(name, write), denied);
      }
    }
    await assert.rejects(shop.write("mysql/1", { ...create, id: idOf("b") }), {
      ...refused,
      message: 'cannot add a secret of application "mysql": this unit is not the leader',
    });
    assert.deepEqual(await shop.managed("mysql/0"), [id]);
    assert.deepEqual(await shop.managed("mysql/1"), []);
  });

  test("who reads a secret goes on with its revision until they read the latest", async () => {
    await using shop = await openShop(openStore);
    await shop.write("mysql/0", create);
    await shop.write("mysql/0", granted);
    await shop.write("wordpress/0", read);
    await shop.write("mysql/0", second);
    assert.equal(await shop.reads("wordpress/0"), "1: one");
    assert.equal(await shop.reads("wordpress/1"), "2: two");
    assert.deepEqual(await shop.news("wordpress/0"), {
      owned: [],
      read: [{ id, label: "", latest: 2 }],
    });
    assert.deepEqual(await shop.news("wordpress/1"), { owned: [], read: [] });
    await shop.write("wordpress/0", read);
    assert.equal(await shop.reads("wordpress/0"), "2: two");
    assert.deepEqual(await shop.news("wordpress/0"), { owned: [], read: [] });
  });

  test("nobody but the owner reads what was so before they began", async () => {
    await using shop = await openShop(openStore);
    await shop.write("mysql/0", create);
    await shop.write("mysql/0", granted);
    await shop.write("mysql/0", second);
    const first = (name: string) => shop.reads(name, 1);
    assert.equal(await first("mysql/0"), "1: one");
    assert.equal(await first("wordpress/0"), undefined);
    assert.equal(await shop.reads("wordpress/0"), "2: two");
  });

  test("a revision that nobody reads any more is told to its owner until it is removed", async () => {
    await using shop = await openShop(openStore);
    await shop.write("mysql/0", create);
    await shop.write("mysql/0", granted);
    await shop.write("wordpress/0", read);
    await shop.write("mysql/0", second);
    assert.deepEqual(await shop.obsolete("mysql/0"), []);
    await shop.write("wordpress/0", read);
    assert.deepEqual(await shop.obsolete("mysql/0"), [1]);
    assert.deepEqual(await shop.obsolete("mysql/1"), [1]);
    await shop.write("mysql/0", { kind: "remove", id, revision: 1 });
    assert.deepEqual(await shop.obsolete("mysql/0"), []);
    await shop.write("mysql/0", { kind: "remove", id, revision: 2 });
    assert.deepEqual(await shop.managed("mysql/0"), []);
    await assert.rejects(shop.write("mysql/0", second), { message: `secret "${id}" not found` });
    await shop.write("mysql/0", { kind: "remove", id, revision: 0 });
  });

  test("who may not read it any more holds up no revision, and begins anew when they may", async () => {
    await using shop = await openShop(openStore);
    await shop.write("mysql/0", create);
    await shop.write("mysql/0", granted);
    await shop.write("wordpress/0", { ...read, label: "db" });
    await shop.write("mysql/0", second);
    await shop.write("mysql/0", {
      kind: "revoke",
      id,
      relation: undefined,
      application: "wordpress",
      unit: "",
    });
    assert.deepEqual(await shop.obsolete("mysql/0"), [1]);
    assert.deepEqual((await shop.news("wordpress/0")).read, []);
    await shop.write("mysql/0", granted);
    assert.equal(await shop.readsLabelled("wordpress/0", "db"), "2: two");
  });

  test("content that is the same as before makes no revision", async () => {
    await using shop = await openShop(openStore);
    await shop.write("mysql/0", create);
    await shop.write("mysql/0", { ...second, content: contentOf("one"), description: "the same" });
    const [found] = await shop.store.read("prod", (tx) => secret.list(tx));
    assert.deepEqual([found?.latest, found?.description], [1, "the same"]);
  });

  test("a label names one secret of an owner, and one of who reads it", async () => {
    await using shop = await openShop(openStore);
    await shop.write("mysql/0", { ...create, label: "admin" });
    await shop.write("mysql/0", { ...create, id: idOf("b"), label: "other" });
    const taken = { code: "already exists", message: 'secret with label "admin" already exists' };
    const b = { ...second, id: idOf("b") };
    await assert.rejects(
      shop.write("mysql/0", { ...create, id: idOf("c"), label: "admin" }),
      taken,
    );
    await assert.rejects(shop.write("mysql/0", { ...b, label: "admin" }), taken);
    await shop.write("mysql/1", { ...create, id: idOf("d"), owner: "unit", label: "admin" });
    await shop.write("mysql/1", { ...read, label: "mine" });
    await assert.rejects(shop.write("mysql/1", { ...read, id: idOf("b"), label: "mine" }), {
      message: 'secret with label "mine" already exists',
    });
    assert.equal(await shop.readsLabelled("mysql/0", "admin"), "1: one");
    assert.equal(await shop.readsLabelled("mysql/1", "mine"), "1: one");
    await assert.rejects(shop.readsLabelled("mysql/0", "mine"), {
      code: "not found",
      message: 'secret with label "mine" not found',
    });
  });

  test("it is rotated as often as is said, and again soon as long as nobody does it", async () => {
    await using shop = await openShop(openStore);
    await shop.write("mysql/0", { ...create, rotation: "hourly" });
    const rotates = async () =>
      (await shop.news("mysql/0")).owned.map((each) => each.secret.rotates);
    const minutes = (count: number) => after(count * 60);
    assert.deepEqual(await rotates(), [`${minutes(60)}`]);
    const rotated = (count: number, latest: number) =>
      shop.commit("mysql/0", { facts: { rotated: { id, revision: latest } }, now: minutes(count) });
    await rotated(61, 1);
    assert.deepEqual(await rotates(), [`${minutes(66)}`]);
    await shop.write("mysql/0", second);
    await rotated(66, 1);
    assert.deepEqual(await rotates(), [`${minutes(126)}`]);
    await shop.write("mysql/0", { kind: "update", id, content: undefined, rotation: "never" });
    assert.deepEqual(await rotates(), [null]);
  });

  test("the end of its latest revision is told, and a new one has none unless it is said", async () => {
    await using shop = await openShop(openStore);
    await shop.write("mysql/0", { ...create, expires: "2026-02-01T00:00:00Z" });
    const expiring = async () =>
      (await shop.news("mysql/0")).owned.flatMap((each) => each.expiring);
    assert.deepEqual(await expiring(), [{ revision: 1, at: "2026-02-01T00:00:00Z" }]);
    await shop.write("mysql/0", second);
    assert.deepEqual(await expiring(), [{ revision: 1, at: "2026-02-01T00:00:00Z" }]);
    const later = {
      kind: "update",
      id,
      content: undefined,
      expires: "2026-03-01T00:00:00Z",
    } as const;
    await shop.write("mysql/0", later);
    assert.deepEqual((await expiring()).at(1), { revision: 2, at: "2026-03-01T00:00:00Z" });
  });

  test("what was granted for a relation goes with it", async () => {
    await using shop = await openShop(openStore);
    await shop.write("mysql/0", create);
    await shop.write("mysql/0", granted);
    await shop.write("wordpress/0", read);
    await shop.store.write("prod", async (tx) => {
      await removal.destroyRelation(tx, await relation.get(tx, 1));
    });
    assert.equal(await shop.reads("wordpress/0"), "1: one");
    for (const name of ["wordpress/0", "wordpress/1", "mysql/0", "mysql/1"]) {
      await shop.commit(name, { facts: { leftRelation: 1 } });
    }
    assert.equal(await shop.reads("wordpress/0"), undefined);
  });

  test("a secret is granted only for a relation that its owner is in, and to units in it", async () => {
    await using shop = await openShop(openStore);
    await shop.write("mysql/0", create);
    await assert.rejects(shop.write("mysql/0", { ...granted, relation: 7 }), {
      code: "not found",
      message: "relation 7 not found",
    });
    await assert.rejects(shop.write("mysql/0", { ...granted, unit: "blog/0" }), {
      code: "not found",
      message: 'unit "blog/0" in relation 1 not found',
    });
  });

  test("secrets go with the unit or the application that owns them, and with it who read them", async () => {
    await using shop = await openShop(openStore);
    await shop.write("mysql/0", create);
    await shop.write("mysql/0", granted);
    await shop.write("mysql/1", { ...create, id: idOf("b"), owner: "unit" });
    await shop.write("wordpress/0", read);
    await shop.write("mysql/0", second);
    const remove = (name: string) =>
      shop.store.write("prod", (tx) => removal.destroyUnit(tx, name, { isForced: true }));
    await remove("wordpress/0");
    assert.deepEqual(await shop.obsolete("mysql/0"), [1]);
    await remove("mysql/1");
    assert.deepEqual(await shop.ids(), [id]);
    await shop.store.write("prod", (tx) =>
      removal.destroyApplication(tx, "mysql", { isForced: true }),
    );
    for (const name of ["wordpress/1"]) await shop.commit(name, { facts: { leftRelation: 1 } });
    assert.deepEqual(await shop.ids(), []);
    const left = await shop.store.read("prod", (tx) => revision.list(tx, [id]));
    assert.deepEqual(left, []);
  });

  test("what a hook has read of a secret that it may read no more is no fault of the hook", async () => {
    await using shop = await openShop(openStore);
    await shop.write("mysql/0", create);
    await shop.write("blog/0", read);
    await shop.write("blog/0", { ...read, id: idOf("nowhere") });
    assert.deepEqual((await shop.news("blog/0")).read, []);
  });
});

/**
 * A model in which `mysql/0` leads its application, which is related to `wordpress` as relation 1, and
 * `blog` to nobody.
 */
async function openShop(openStore: () => Promise<Store>) {
  const store = await openStore();
  await newModel(store);
  const metadata = "provides: {server: mysql}\npeers: {cluster: ha}";
  await deployApp(store, "prod", { name: "mysql", units: 2, metadata });
  await deployApp(store, "prod", {
    name: "wordpress",
    units: 2,
    metadata: "requires: {db: mysql}",
  });
  await deployApp(store, "prod", { name: "blog" });
  await runAll(store, "prod");
  const claim = { application: "mysql", unit: "mysql/0", seconds: 30, now };
  await store.write("prod", async (tx) => {
    await leadership.claim(tx, claim);
    await relate(tx, ["wordpress", "mysql"], now);
  });
  const commit = (name: string, hook: Omit<Parameters<typeof commitHook>[2], "unit">) =>
    commitHook(store, "prod", { unit: name, ...hook });
  const find = (name: string, wanted: { id: string; label: string }, revision?: number) =>
    store.read("prod", async (tx) => {
      const reader = await unit.get(tx, name);
      const which = revision ?? "the one that it reads";
      const found = await findContent(tx, reader, { ...wanted, revision: which });
      return found.revision.sealed;
    });
  const news = (name: string) =>
    store.read("prod", async (tx) => {
      const { known: _, ...told } = await listNews(tx, await unit.get(tx, name));
      return told;
    });
  return {
    store,
    commit,
    news,
    write: (name: string, ...secrets: Write[]) => commit(name, { changes: { secrets } }),
    /** What it reads of the secret, or undefined if it may not. */
    reads: (name: string, which?: number) =>
      find(name, { id, label: "" }, which).catch((error: unknown) => {
        assert.equal((error as Error).message, "permission denied");
        return undefined;
      }),
    readsLabelled: (name: string, label: string) => find(name, { id: "", label }),
    obsolete: async (name: string) => (await news(name)).owned.flatMap((each) => each.obsolete),
    ids: async () => (await store.read("prod", (tx) => secret.list(tx))).map((each) => each.id),
    managed: (name: string) =>
      store.read("prod", async (tx) => {
        const managed = await listManaged(tx, await unit.get(tx, name));
        return managed.map((each) => each.secret.id);
      }),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
