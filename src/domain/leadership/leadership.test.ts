import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import { after, suiteOnEachStore } from "../testing.ts";
import * as leadership from "./leadership.ts";

const application = "mysql";

suiteOnEachStore("leadership", (openStore) => {
  test("an application has one leader, until its lease has run out", async () => {
    await using store = await openStore();
    assert.equal(await leader(store), undefined);
    await claim(store, "mysql/0", 0);

    await assert.rejects(claim(store, "mysql/1", 29), {
      code: "leadership claim denied",
      message: "mysql/0 leads mysql",
    });
    assert.equal(await leader(store), "mysql/0");
    await claim(store, "mysql/1", 30);
    assert.equal(await leader(store), "mysql/1");
    await assert.rejects(claim(store, "mysql/0", 31), {
      code: "leadership claim denied",
      message: "mysql/1 leads mysql",
    });
  });

  test("a leader that renews its lease goes on leading, and nobody hears of it", async () => {
    await using store = await openStore();
    for (const seconds of [0, 20, 50]) await claim(store, "mysql/0", seconds);

    assert.equal(await store.latestChange("prod"), 1);
    await assert.rejects(claim(store, "mysql/1", 79), { code: "leadership claim denied" });
    await claim(store, "mysql/1", 80);
    assert.equal(await store.latestChange("prod"), 2);
  });

  test("each application of each model has a leader of its own", async () => {
    await using store = await openStore();
    await claim(store, "mysql/0", 0);
    const wordpress = { application: "wordpress", unit: "wordpress/2", seconds: 30, now: after(0) };
    await store.write("prod", (tx) => leadership.claim(tx, wordpress));
    const staging = { application, unit: "mysql/1", seconds: 30, now: after(0) };
    await store.write("staging", (tx) => leadership.claim(tx, staging));

    assert.deepEqual(
      await store.read("prod", leadership.listLeaders),
      new Map([
        ["mysql", "mysql/0"],
        ["wordpress", "wordpress/2"],
      ]),
    );
    assert.deepEqual(
      await store.read("staging", leadership.listLeaders),
      new Map([["mysql", "mysql/1"]]),
    );
  });

  test("a lease lasts five minutes at most", async () => {
    await using store = await openStore();
    const long = { application, unit: "mysql/0", seconds: 3600, now: after(0) };
    await store.write("prod", (tx) => leadership.claim(tx, long));

    await assert.rejects(claim(store, "mysql/1", 299), { code: "leadership claim denied" });
    await claim(store, "mysql/1", 300);
  });

  test("a leader can resign, and nobody can for it", async () => {
    await using store = await openStore();
    await claim(store, "mysql/0", 0);
    const resign = (unit: string) =>
      store.write("prod", (tx) => leadership.resign(tx, { application, unit }));
    await resign("mysql/1");
    assert.equal(await leader(store), "mysql/0");
    assert.equal(await store.latestChange("prod"), 1);

    await resign("mysql/0");
    assert.equal(await leader(store), undefined);
    assert.equal(await store.latestChange("prod"), 2);
    await claim(store, "mysql/1", 1);
    assert.equal(await leader(store), "mysql/1");
  });

  test("leases that have run out are ended, so that others hear of it", async () => {
    await using store = await openStore();
    await claim(store, "mysql/0", 0);
    const wordpress = { application: "wordpress", unit: "wordpress/0", seconds: 30, now: after(5) };
    await store.write("prod", (tx) => leadership.claim(tx, wordpress));
    const expire = async (seconds: number) =>
      (await store.write("prod", (tx) => leadership.expire(tx, after(seconds))))?.toString();
    const latest = await store.latestChange("prod");

    assert.equal(await expire(29), after(30).toString());
    assert.equal(await store.latestChange("prod"), latest);
    assert.equal(await expire(30), after(35).toString());
    assert.equal(await leader(store), undefined);
    assert.equal(await store.latestChange("prod"), latest + 1);
    assert.equal(await expire(60), undefined);
    assert.equal((await store.read("prod", leadership.listLeaders)).size, 0);
  });

  test("a lease that has run out still names the leader, until somebody sees to it", async () => {
    await using store = await openStore();
    await claim(store, "mysql/0", 0);

    assert.equal(await leader(store), "mysql/0");
    await claim(store, "mysql/0", 1000);
    await assert.rejects(claim(store, "mysql/1", 1001), { code: "leadership claim denied" });
  });

  test("after the controller was away every lease lasts for a while, and none for less than before", async () => {
    await using store = await openStore();
    await claim(store, "mysql/0", 0);
    const wordpress = {
      application: "wordpress",
      unit: "wordpress/0",
      seconds: 300,
      now: after(0),
    };
    await store.write("prod", (tx) => leadership.claim(tx, wordpress));
    const staging = { application, unit: "mysql/0", seconds: 30, now: after(0) };
    await store.write("staging", (tx) => leadership.claim(tx, staging));
    const grace = { seconds: 60, now: after(100) };
    await store.write("prod", (tx) => leadership.extendAll(tx, grace));

    await assert.rejects(claim(store, "mysql/1", 159), { code: "leadership claim denied" });
    await claim(store, "mysql/1", 160);
    const others = { ...staging, unit: "mysql/1", now: after(101) };
    await store.write("staging", (tx) => leadership.claim(tx, others));
    const taken = { application: "wordpress", unit: "wordpress/1", seconds: 30, now: after(299) };
    await assert.rejects(
      store.write("prod", (tx) => leadership.claim(tx, taken)),
      { code: "leadership claim denied" },
    );
  });
});

function claim(store: Store, unit: string, seconds: number): Promise<void> {
  const lease = { application, unit, seconds: 30, now: after(seconds) };
  return store.write("prod", (tx) => leadership.claim(tx, lease));
}

function leader(store: Store): Promise<string | undefined> {
  return store.read("prod", (tx) => leadership.findLeader(tx, application));
}
