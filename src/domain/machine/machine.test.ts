import assert from "node:assert/strict";
import { test } from "node:test";
import * as changes from "#store/changes.ts";
import type { Store } from "#store/store.ts";
import * as status from "../status/status.ts";
import { after, now, suiteOnEachStore } from "../testing.ts";
import * as machine from "./machine.ts";

const added = { base: "ubuntu@22.04", nonce: "n0", desiredVersion: "3.6.100", now };

suiteOnEachStore("machines", (openStore) => {
  test("a new machine waits for its instance and its agent", async () => {
    await using store = await openStore();
    assert.equal(await add(store), "0");

    assert.deepEqual(await get(store, "0"), {
      ...{ id: "0", life: "alive", base: "ubuntu@22.04", nonce: "n0", instanceId: null },
      ...{ hostname: "", addresses: [], hardware: "", version: null },
      ...{ desiredVersion: "3.6.100", rollout: 0, isConnected: false },
      ...{ connectedSince: now.toString(), isAdded: false, keepsInstance: false },
    });
    const told = await store.read("prod", (tx) => changes.after(tx, 0));
    assert.deepEqual(told[0], { seq: 1, kind: "machine", id: "0" });
    const pending = { status: "pending", message: "", data: {}, since: now.toString() };
    assert.deepEqual(
      await store.read("prod", status.listAll),
      new Map([
        ["machine:0", pending],
        ["instance:0", pending],
      ]),
    );
  });

  test("an id is never given again, and machines are in the order of their ids", async () => {
    await using store = await openStore();
    for (let count = 0; count < 11; count++) await add(store);
    await store.write("prod", (tx) => machine.remove(tx, "9"));
    await store.write("prod", (tx) => machine.remove(tx, "10"));

    assert.equal(await add(store), "11");
    const ids = (await store.read("prod", machine.list)).map(({ id }) => id);
    assert.deepEqual(ids, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "11"]);
    await assert.rejects(get(store, "9"), { code: "not found", message: "machine 9 not found" });
  });

  test("a machine has what its cloud says of its instance", async () => {
    await using store = await openStore();
    await add(store);
    const instance = { instanceId: "i-0", addresses: ["10.0.0.1", "::1"], hardware: "arch=amd64" };
    await store.write("prod", (tx) => machine.setInstance(tx, "0", instance));

    const { instanceId, addresses, hardware } = await get(store, "0");
    assert.deepEqual({ instanceId, addresses, hardware }, instance);
  });

  test("an agent that says the same again changes nothing", async () => {
    await using store = await openStore();
    await add(store);
    const changesAfter = async (version: string, hostname: string) => {
      const before = await store.latestChange("prod");
      await store.write("prod", (tx) => machine.report(tx, "0", { version, hostname }));
      return (await store.latestChange("prod")) - before;
    };

    assert.equal(await changesAfter("3.6.100", "host"), 1);
    assert.equal(await changesAfter("3.6.100", "host"), 0);
    assert.equal(await changesAfter("3.6.101", "host"), 1);
    assert.equal(await changesAfter("3.6.101", "other"), 1);
    assert.equal((await get(store, "0")).version, "3.6.101");
    const report = { version: "3.6.100", hostname: "host" };
    await assert.rejects(
      store.write("prod", (tx) => machine.report(tx, "1", report)),
      { code: "not found", message: "machine 1 not found" },
    );
  });

  test("a machine knows which version it is to run, and by which rollout", async () => {
    await using store = await openStore();
    await add(store);
    await store.write("prod", (tx) => machine.desire(tx, "0", { version: "3.6.101", rollout: 4 }));

    const { desiredVersion, rollout, version } = await get(store, "0");
    assert.deepEqual([desiredVersion, rollout, version], ["3.6.101", 4, null]);
  });

  test("when a controller starts, those count as gone that were connected", async () => {
    await using store = await openStore();
    await add(store);
    await add(store);
    const connect = (isConnected: boolean, seconds: number) =>
      store.write("prod", (tx) =>
        machine.setConnected(tx, "1", { isConnected, now: after(seconds) }),
      );
    const presence = async () =>
      (await store.read("prod", machine.list)).map((each) => [
        each.isConnected,
        each.connectedSince,
      ]);

    await connect(true, 10);
    assert.deepEqual(await presence(), [
      [false, now.toString()],
      [true, after(10).toString()],
    ]);
    await store.write("prod", (tx) => machine.setAllDisconnected(tx, after(20)));
    assert.deepEqual(await presence(), [
      [false, now.toString()],
      [false, after(20).toString()],
    ]);
  });

  test("a machine that is forgotten leaves no status, and forgetting it again no change", async () => {
    await using store = await openStore();
    await add(store);
    await store.write("prod", (tx) => machine.remove(tx, "0"));
    const latest = await store.latestChange("prod");
    await store.write("prod", (tx) => machine.remove(tx, "0"));

    assert.equal(await store.latestChange("prod"), latest);
    assert.equal((await store.read("prod", status.listAll)).size, 0);
  });
});

function add(store: Store): Promise<string> {
  return store.write("prod", (tx) => machine.add(tx, added));
}

function get(store: Store, id: string): Promise<machine.Machine> {
  return store.read("prod", (tx) => machine.get(tx, id));
}
