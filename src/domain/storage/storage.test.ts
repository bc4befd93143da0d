import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import * as application from "../application/application.ts";
import { addUnits } from "../deployment/deployment.ts";
import * as model from "../model/model.ts";
import * as removal from "../removal/removal.ts";
import * as status from "../status/status.ts";
import {
  allRows,
  commitHook,
  deployApp,
  newModel,
  now,
  runAll,
  suiteOnEachStore,
} from "../testing.ts";
import * as unit from "../unit/unit.ts";
import * as constraints from "./constraints.ts";
import { detach, finishDetaching, removeStorage } from "./leave.ts";
import * as pool from "./pool.ts";
import { listWork, report, shownStatus } from "./provision.ts";
import * as storage from "./storage.ts";
import { addMore, attachTo } from "./unit-storage.ts";

const filesystem = (rest = "") => `storage: {data: {type: filesystem${rest}}}`;
const many = (range: string) => filesystem(`, multiple: {range: ${range}}`);

suiteOnEachStore("storage that a unit gets with its making", (openStore) => {
  test("without a word it is as much as the charm must have, of the size that it needs", async () => {
    await using store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "one", metadata: filesystem() });
    await deployApp(store, "prod", {
      ...{ name: "two", metadata: filesystem(", minimum-size: 2G, multiple: {range: 2+}") },
    });
    await deployApp(store, "prod", { name: "none", metadata: many("0-3") });

    const had = (await listStorage(store)).map(({ id, owner, sizeMib, pool: of }) => [
      ...[id, owner, sizeMib, of],
    ]);
    assert.deepEqual(had, [
      ["data/0", "one/0", 1024, "local"],
      ["data/1", "two/0", 2048, "local"],
      ["data/2", "two/0", 2048, "local"],
    ]);
  });

  test("what is asked for counts, also for units that come later", async () => {
    await using store = await openStore();
    await newModel(store);
    const asked = { data: { pool: "rootfs", size: 10, count: 2 } };
    await deployApp(store, "prod", { name: "db", metadata: many("1-3"), storage: asked });
    await store.write("prod", (tx) => addUnits(tx, "db", { count: 1, placement: [], now }));

    const had = (await listStorage(store)).map((each) => [each.owner, each.filesystem, each.pool]);
    assert.deepEqual(had, [
      ["db/0", "0/0", "rootfs"],
      ["db/0", "0/1", "rootfs"],
      ["db/1", "1/0", "rootfs"],
      ["db/1", "1/1", "rootfs"],
    ]);
  });

  test("a model may say where data goes when nobody does", async () => {
    await using store = await openStore();
    await newModel(store);
    await store.write("prod", async (tx) => {
      await pool.create(tx, { name: "quick", provider: "tmpfs", attributes: {} });
      await model.changeSettings(tx, { set: { "storage-default-filesystem-source": "quick" } });
    });
    await deployApp(store, "prod", { name: "db", metadata: filesystem() });
    const [only] = await listStorage(store);
    assert.deepEqual([only?.pool, only?.provider], ["quick", "tmpfs"]);
  });

  test("what the charm does not allow or the cloud does not have is refused, and changes nothing", async () => {
    await using store = await openStore();
    await newModel(store);
    const before = await allRows(store);
    const block = "storage: {data: {type: block}}";
    const shared = filesystem(", shared: true");
    const small = filesystem(", minimum-size: 2G");
    const text = 'charm "db" store "data": ';
    const refusals = [
      [filesystem(), { logs: {} }, 'charm "db" has no store called "logs"'],
      [filesystem(), { data: { count: 2 } }, `${text}storage is singular, 2 specified`],
      [many("2+"), { data: { count: 1 } }, `${text}2 instances required, 1 specified`],
      [many("1-3"), { data: { count: 4 } }, `${text}at most 3 instances supported, 4 specified`],
      [
        many("0+"),
        { data: { count: 101 } },
        `${text}a unit has at most 100 instances, 101 specified`,
      ],
      [
        small,
        { data: { size: 1024 } },
        `${text}minimum storage size is 2048 MiB, 1024 MiB specified`,
      ],
      [shared, {}, `${text}shared storage support not implemented`],
      [
        block,
        {},
        `${text}block devices are not supported on the local cloud, which has filesystems only`,
      ],
      [filesystem(), { data: { pool: "ebs" } }, 'pool "ebs" not found'],
    ] as const;
    for (const [metadata, asked, message] of refusals) {
      const wanted = { name: "db", metadata, storage: asked };
      await assert.rejects(deployApp(store, "prod", wanted), { message });
    }
    assert.deepEqual(await store.read("prod", application.list), []);
    const { storage_instance: instances, unit: units } = await allRows(store);
    assert.deepEqual([instances, units], [before.storage_instance, before.unit]);
  });

  test("storage may be called like what every object has", async () => {
    await using store = await openStore();
    await newModel(store);
    const metadata = "storage: {constructor: {type: filesystem, multiple: {range: 0+}}}";
    await deployApp(store, "prod", { name: "odd", metadata });
    assert.deepEqual(await listStorage(store), []);
    await deployApp(store, "prod", { name: "db", metadata, storage: { constructor: {} } });
    assert.deepEqual((await listStorage(store)).length, 1);
  });

  test("block devices that a charm can do without do not keep it from being deployed", async () => {
    await using store = await openStore();
    await newModel(store);
    const metadata = "storage: {disks: {type: block, multiple: {range: 0+}}}";
    await deployApp(store, "prod", { name: "ceph", metadata });
    assert.deepEqual(await listStorage(store), []);
  });
});

suiteOnEachStore("storage that is added, taken and given", (openStore) => {
  test("a unit can have more, as far as its charm allows", async () => {
    await using store = await newDatabase(openStore, many("1-2"));
    assert.deepEqual(await more(store, {}), ["data/1"]);
    await assert.rejects(more(store, {}), {
      message: 'charm "db" store "data": at most 2 instances supported, 3 specified',
    });
    await assert.rejects(more(store, { count: 0 }), { code: "not valid" });
    await assert.rejects(
      store.write("prod", (tx) => addMore(tx, { unit: "db/0", store: "x", directive: {}, now })),
      { message: 'charm "db" has no store called "x"' },
    );
  });

  test("what a hook asks for comes with its commit, and what cannot be refuses all of it", async () => {
    await using store = await newDatabase(openStore, many("1-2"));
    const ask = (count: number) =>
      commitHook(store, "prod", {
        ...{ unit: "db/0", changes: { addStorage: [{ name: "data", count }], state: { a: "b" } } },
      });
    await assert.rejects(ask(2), { code: "not valid" });
    assert.deepEqual((await allRows(store)).unit_state, []);
    await ask(1);
    assert.equal((await listStorage(store)).length, 2);
  });

  test("it stays with its unit until the agent has let go, and then waits for another", async () => {
    await using store = await newDatabase(openStore, filesystem());
    await place(store, "data/0");
    await store.write("prod", (tx) => addUnits(tx, "db", { count: 1, placement: [], now }));
    assert.equal(await shown(store, "data/0"), "attached");

    await store.write("prod", (tx) => detach(tx, { storage: "data/0" }));
    assert.equal(await shown(store, "data/0"), "detaching");
    const attaching = () =>
      store.write("prod", (tx) => attachTo(tx, { storage: "data/0", unit: "db/1", now }));
    await assert.rejects(attaching(), {
      message: 'cannot attach storage "data/0" to unit "db/1": it is attached to unit "db/0"',
    });
    await commitHook(store, "prod", { unit: "db/0", facts: { detachedStorage: "data/0" } });
    assert.equal(await shown(store, "data/0"), "detached");
    await assert.rejects(attaching(), {
      message: 'charm "db" store "data": storage is singular, 2 specified',
    });

    await store.write("prod", (tx) => attachTo(tx, { storage: "data/0", unit: "db/0", now }));
    assert.equal(await shown(store, "data/0"), "attaching");
  });

  test("once it is nobody's it says since when, and no more what was wrong at its unit", async () => {
    await using store = await newDatabase(openStore, filesystem());
    await place(store, "data/0");
    const wrong = { unit: "db/0", storage: "data/0", location: "", message: "in the way", now };
    await store.write("prod", (tx) => report(tx, wrong));
    await store.write("prod", (tx) => detach(tx, { storage: "data/0" }));
    const later = now.add({ minutes: 5 });
    const facts = { unit: "db/0", storage: "data/0", now: later };
    await store.write("prod", (tx) => finishDetaching(tx, facts));
    const said = await store.read("prod", (tx) => status.find(tx, status.entities.filesystem("0")));
    assert.deepEqual(
      [said?.status, said?.message, said?.since],
      ["detached", "", later.toString()],
    );
  });

  test("an agent that says that it has let go of what it is to keep is not heeded", async () => {
    await using store = await newDatabase(openStore, filesystem());
    await commitHook(store, "prod", { unit: "db/0", facts: { detachedStorage: "data/0" } });
    assert.equal((await store.read("prod", (tx) => storage.listHeld(tx, "db/0"))).length, 1);
  });

  test("what is bound to a machine cannot be taken from its unit", async () => {
    await using store = await newDatabase(openStore, filesystem(), "tmpfs");
    await assert.rejects(
      store.write("prod", (tx) => detach(tx, { storage: "data/0" })),
      {
        message:
          'cannot detach storage "data/0": it is of provider "tmpfs", which keeps it with its unit',
      },
    );
  });

  test("storage that a unit has is only removed by force, and when the unit has let go", async () => {
    await using store = await newDatabase(openStore, filesystem());
    await place(store, "data/0");
    const removing = (destroysAttachments: boolean) =>
      store.write("prod", (tx) =>
        removeStorage(tx, "data/0", { destroysAttachments, destroysData: true }),
      );
    await assert.rejects(removing(false), {
      message:
        'cannot remove storage "data/0": it is attached to unit "db/0": detach it first, or use --force',
    });
    await removing(true);
    assert.deepEqual((await work(store)).over, []);
    await commitHook(store, "prod", { unit: "db/0", facts: { detachedStorage: "data/0" } });
    assert.deepEqual((await work(store)).over, ["data/0"]);
  });
});

suiteOnEachStore("storage when its unit goes", (openStore) => {
  test("it is left for another unit, unless it is to be destroyed or bound to the machine", async () => {
    for (const [kind, destroysStorage, left] of [
      ["local", false, ["data/0"]],
      ["local", true, []],
      ["rootfs", false, []],
    ] as const) {
      await using store = await newDatabase(openStore, filesystem(), kind);
      const manner = { isForced: false, destroysStorage };
      await store.write("prod", (tx) => removal.destroyUnit(tx, "db/0", manner));
      await store.write("prod", (tx) => removal.finishUnit(tx, "db/0", now));
      const alive = (await listStorage(store)).filter(({ life }) => life === "alive");
      assert.deepEqual(
        alive.map(({ id, owner }) => [id, owner]),
        left.map((id) => [id, ""]),
      );
      const over = kind === "local" && destroysStorage ? ["data/0"] : [];
      assert.deepEqual((await work(store)).over, over);
    }
  });

  test("what was left is given to a new unit, which then gets no other", async () => {
    await using store = await newDatabase(openStore, filesystem());
    await store.write("prod", (tx) => removal.destroyUnit(tx, "db/0", { isForced: true }));
    const more = { count: 1, placement: [], attachStorage: ["data/0"], now };
    await assert.rejects(
      store.write("prod", (tx) => addUnits(tx, "db", { ...more, count: 2 })),
      { message: "storage can be attached to one new unit, and not to 2" },
    );
    await store.write("prod", (tx) => addUnits(tx, "db", more));
    assert.deepEqual(
      (await listStorage(store)).map(({ id, owner }) => [id, owner]),
      [["data/0", "db/1"]],
    );
  });

  test("an application's constraints go with it", async () => {
    await using store = await newDatabase(openStore, filesystem());
    await store.write("prod", (tx) => removal.destroyApplication(tx, "db", { isForced: true }));
    assert.deepEqual(await store.read("prod", (tx) => constraints.listOf(tx, "db")), {});
  });

  test("a model with data that would outlive it is destroyed when it is said what becomes of that", async () => {
    for (const destroysStorage of [true, false]) {
      await using store = await newDatabase(openStore, filesystem());
      await assert.rejects(store.write("prod", removal.destroyModel), {
        code: "not valid",
        message:
          'cannot destroy model "prod": it has persistent storage (1 filesystem): ' +
          'use "--destroy-storage" to destroy it, or "--release-storage" to keep its data',
      });
      const manner = { isForced: true, destroysStorage };
      await store.write("prod", (tx) => removal.destroyModel(tx, manner));
      const [only] = await listStorage(store);
      assert.deepEqual([only?.life, only?.isReleased], ["dying", !destroysStorage]);
      assert.equal(await store.read("prod", removal.isEmptied as never), false);
    }
  });
});

async function newDatabase(
  openStore: () => Promise<Store>,
  metadata: string,
  poolName = "local",
): Promise<Store> {
  const store = await openStore();
  await newModel(store);
  const asked = { data: { pool: poolName } };
  await deployApp(store, "prod", { name: "db", metadata, storage: asked });
  await runAll(store, "prod");
  assert.equal((await store.read("prod", (tx) => unit.get(tx, "db/0"))).life, "alive");
  return store;
}

function listStorage(store: Store) {
  return store.read("prod", (tx) => storage.list(tx));
}

function more(store: Store, directive: constraints.Directive): Promise<string[]> {
  return store.write("prod", (tx) => addMore(tx, { unit: "db/0", store: "data", directive, now }));
}

/** The cloud makes its folder, and the unit's agent says that it is there. */
async function place(store: Store, id: string): Promise<void> {
  await store.write("prod", async (tx) => {
    await storage.setPlace(tx, id, "/srv/0");
    await report(tx, { unit: "db/0", storage: id, location: "/srv/0", message: "", now });
  });
}

async function work(store: Store) {
  const { missing, over } = await store.read("prod", listWork);
  return { missing: missing.map(({ id }) => id), over: over.map(({ id }) => id) };
}

async function shown(store: Store, id: string): Promise<string> {
  return store.read("prod", async (tx) => {
    const said = { status: "attached", message: "", data: {}, since: "" };
    const attachments = await storage.listAttachments(tx, { storage: id });
    return shownStatus(await storage.get(tx, id), attachments, said).status;
  });
}
