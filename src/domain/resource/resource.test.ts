import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import * as application from "../application/application.ts";
import { listReferencedBlobs } from "../removal/blobs.ts";
import { destroyApplication, finishUnit } from "../removal/removal.ts";
import * as rollout from "../rollout/rollout.ts";
import { controllerScope } from "../scope.ts";
import { addCharm, deployApp, now, rowsOf, suiteOnEachStore } from "../testing.ts";
import * as unit from "../unit/unit.ts";
import * as resource from "./resource.ts";
import { attachText, contentOf, deployWithResources, metadata } from "./testing.ts";

suiteOnEachStore("resources", (openStore) => {
  test("an application has the resources that its charm declares, whether or not they were uploaded", async () => {
    await using store = await openStore();
    await deployWithResources(store);
    assert.deepEqual(await contents(store), { data: undefined, image: undefined });

    await attachText(store, "one");
    await attachText(store, "two");
    assert.deepEqual(await contents(store), { data: contentOf("two"), image: undefined });
  });

  test("what there is not is not found, and what is there is named", async () => {
    await using store = await openStore();
    await deployWithResources(store);
    const get = (name: string, of = "app") =>
      store.read("prod", (tx) => resource.get(tx, name, { application: of }));

    for (const name of ["constructor", "dat"]) {
      await assert.rejects(get(name), {
        code: "not found",
        message: `resource "${name}" of application "app" not found: it has "data", "image"`,
      });
    }
    await assert.rejects(get("data", "nobody"), { code: "not found" });
    const declared = await get("data");
    assert.throws(() => resource.contentOf(declared), {
      code: "not found",
      message:
        'resource "data" of application "app" not found: nobody has uploaded it, upload it with "jumar attach-resource app data=./data.txt"',
    });
    const image = await get("image");
    assert.throws(() => resource.contentOf(image), {
      code: "not supported",
      message:
        'resource "image" of application "app" is of type "oci-image", which machines cannot be given',
    });
  });

  test("another file alone makes every unit run upgrade-charm, once for each time", async () => {
    await using store = await openStore();
    await deployWithResources(store);

    await attachText(store, "one");
    await attachText(store, "one");
    const [app, units, rollouts] = await store.read("prod", async (tx) => [
      await application.get(tx, "app"),
      await unit.list(tx, { application: "app" }),
      await rollout.list(tx),
    ]);
    assert.deepEqual([app.charm, app.modifiedVersion], ["local:app-0", 3]);
    assert.deepEqual(
      units.map(({ desiredModifiedVersion }) => desiredModifiedVersion),
      [3, 3],
    );
    const [second, first] = rollouts;
    assert.deepEqual([first?.state, second?.state], ["aborted", "rolling"]);
    assert.deepEqual(
      [second?.from, second?.to, second?.startedBy, second?.modifiedVersion],
      ["local:app-0", "local:app-0", "jane", 3],
    );
  });

  test("what a unit says that it has fetched is remembered, unless it was replaced meanwhile", async () => {
    await using store = await openStore();
    await deployWithResources(store);
    await attachText(store, "one");
    const note = (sha256: string) =>
      store.write("prod", (tx) =>
        resource.noteFetched(tx, { unit: "app/1", name: "data", sha256 }),
      );
    const isFetched = async () =>
      (await store.read("prod", (tx) => resource.seenFrom(tx, "data", "app/1"))).isFetched;
    assert.equal(await isFetched(), false);

    await note(contentOf("old").sha256);
    assert.equal(await isFetched(), false);
    await note(contentOf("one").sha256);
    await note(contentOf("one").sha256);
    assert.equal(await isFetched(), true);
    await attachText(store, "two");
    assert.equal(await isFetched(), false);
    const fetched = await store.read("prod", (tx) => resource.listFetched(tx, "app"));
    assert.deepEqual(
      fetched.map(({ unit: name, resources }) => [name, resources.map(({ content }) => content)]),
      [
        ["app/0", []],
        ["app/1", [contentOf("one")]],
      ],
    );
  });

  test("a charm that does not declare a resource hides it, and one that does again has it", async () => {
    await using store = await openStore();
    await deployWithResources(store);
    await attachText(store, "one");
    const change = async (charm: string) => {
      const rest = { modifiedVersion: 9, forceUnits: false, channel: "" };
      await store.write("prod", (tx) => application.setCharm(tx, "app", { charm, ...rest }));
    };
    await change(await addCharm(store, "prod", { name: "app" }));
    assert.deepEqual(await contents(store), {});

    await change(await addCharm(store, "prod", { name: "app", metadata }));
    assert.deepEqual(await contents(store), { data: contentOf("one"), image: undefined });
  });

  test("the bytes are needed as long as the application has them, and it leaves no trace", async () => {
    await using store = await openStore();
    await deployWithResources(store);
    await deployApp(store, "prod", { name: "other" });
    const needed = () => store.read(controllerScope, listReferencedBlobs);
    await attachText(store, "one");
    await attachText(store, "two");
    const { sha256 } = contentOf("two");
    assert.ok((await needed()).has(sha256));
    assert.ok(!(await needed()).has(contentOf("one").sha256));

    await store.write("prod", async (tx) => {
      await resource.noteFetched(tx, { unit: "app/0", name: "data", sha256 });
      await destroyApplication(tx, "app");
      for (const name of ["app/0", "app/1"]) await finishUnit(tx, name, now);
    });
    assert.ok(!(await needed()).has(sha256));
    const { resource: rows, resource_fetched: fetched } = await rowsOf(store, "prod");
    assert.deepEqual([rows, fetched], [[], []]);
  });
});

async function contents(store: Store) {
  const found = await store.read("prod", (tx) => resource.list(tx, "app"));
  return Object.fromEntries(found.map(({ name, content }) => [name, content]));
}
