import assert from "node:assert/strict";
import { test } from "node:test";
import type { Database } from "#store/database.ts";
import type { Store } from "#store/store.ts";
import { enqueue } from "../action/enqueue.ts";
import * as work from "../action/work.ts";
import * as agentBinary from "../agent-binary/agent-binary.ts";
import * as constraints from "../constraints/constraints.ts";
import * as leadership from "../leadership/leadership.ts";
import * as leaderSettings from "../leadership/settings.ts";
import * as machine from "../machine/machine.ts";
import * as machineUpgrade from "../machine/upgrade.ts";
import * as payload from "../payload/payload.ts";
import { attach } from "../resource/attach.ts";
import * as pending from "../resource/pending.ts";
import * as resource from "../resource/resource.ts";
import { contentOf as bytesOf, metadata as resources } from "../resource/testing.ts";
import { upgradeCharm } from "../rollout/upgrade-charm.ts";
import { controllerScope } from "../scope.ts";
import { contentOf, idOf } from "../secret/testing.ts";
import type { Write } from "../secret/write.ts";
import * as pool from "../storage/pool.ts";
import {
  addCharm,
  addUser,
  allRows,
  commitHook,
  deployApp,
  deployRelatedPair,
  newModel,
  noSettings,
  now,
  suiteOnEachStore,
  toExec,
} from "../testing.ts";
import * as connection from "../user/connection.ts";
import * as user from "../user/user.ts";
import { listReferencedBlobs } from "./blobs.ts";
import * as deadline from "./deadline.ts";
import { removeModel } from "./remove-model.ts";

suiteOnEachStore("forgetting models", (openStore) => {
  test("a model that is forgotten leaves no row in any table, and other models all of theirs", async () => {
    await using store = await openStore();
    for (const name of ["jane", "bob"]) await addUser(store, name);
    for (const name of ["prod", "staging"]) await fill(store, name);
    const before = await rowsByModel(store);
    const isFilled = (rows: readonly Row[]) => rows.some(({ model }) => model === "prod");
    const empty = Object.keys(before).filter((table) => !isFilled(before[table] ?? []));
    assert.deepEqual(empty, [], "a table that the test does not fill proves nothing");

    await store.write(controllerScope, (tx) => removeModel(tx, "prod"));
    const expected = Object.entries(before).map(([table, rows]) => [
      table,
      rows.filter(({ model }) => model !== "prod"),
    ]);
    assert.deepEqual(await rowsByModel(store), Object.fromEntries(expected));
  });

  test("the controller hears that a model has been forgotten", async () => {
    await using store = await openStore();
    await newModel(store);
    const latest = await store.latestChange(controllerScope);
    await store.write(controllerScope, (tx) => removeModel(tx, "prod"));

    const { change } = await allRows(store);
    const told = { model: controllerScope, seq: latest + 1, kind: "model", id: "prod" };
    assert.deepEqual(change?.at(-1), told);
  });
});

suiteOnEachStore("blobs", (openStore) => {
  test("those of charms and agent binaries are needed, as long as any model has the charm", async () => {
    await using store = await openStore();
    const binary = { version: "3.6.100", os: "ubuntu", arch: "amd64", sha256: "abc", size: 1 };
    await store.write(controllerScope, (tx) => agentBinary.add(tx, binary));
    for (const name of ["prod", "staging"]) {
      await newModel(store, name);
      await addCharm(store, name, { name: "mysql" });
    }
    await addCharm(store, "prod", { name: "wordpress" });
    const needed = () => store.read(controllerScope, listReferencedBlobs);
    assert.deepEqual(await needed(), new Set(["abc", "sha256 of mysql", "sha256 of wordpress"]));

    await store.write(controllerScope, (tx) => removeModel(tx, "prod"));
    assert.deepEqual(await needed(), new Set(["abc", "sha256 of mysql"]));
  });
});

/** Makes a model that has something in every table. */
async function fill(store: Store, name: string): Promise<void> {
  await newModel(store, name);
  await store.write(name, (tx) => user.grant(tx, { user: "bob", access: "read" }));
  await deployRelatedPair(store, name);
  const container = { class: "db", id: "c1", type: "docker", status: "running", labels: [] };
  await store.write(name, (tx) => payload.register(tx, { ...container, unit: "mysql/0" }));
  const metadata = "storage: {data: {type: filesystem}}";
  await deployApp(store, name, { name: "keeper", metadata });
  const slow = { name: "slow", provider: "rootfs", attributes: {} };
  await store.write(name, (tx) => pool.create(tx, slow));
  const claim = { application: "mysql", unit: "mysql/0", seconds: 30, now };
  await store.write(name, async (tx) => {
    await leadership.claim(tx, claim);
    await leaderSettings.change(tx, {
      application: "mysql",
      unit: "mysql/0",
      settings: { key: "value" },
    });
  });
  const openPorts = [{ endpoint: "", protocol: "tcp", from: 80, to: 80 }];
  const secret = { id: idOf("a"), label: "" };
  const secrets: Write[] = [
    { kind: "create", ...secret, owner: "unit", content: contentOf("a") },
    { kind: "grant", ...secret, relation: 0, unit: "" },
    { kind: "consume", ...secret, revision: 0 },
  ];
  const metrics = [{ key: "users", value: "5", time: now.toString(), labels: {} }];
  const changes = { openPorts, state: { seen: "yes" }, secrets, metrics };
  await commitHook(store, name, { unit: "mysql/0", changes });
  await store.write(name, async (tx) => {
    await constraints.set(tx, constraints.entities.model, { mem: 512 });
    await connection.note(tx, { user: "bob", now });
    await deadline.set(tx, { kind: "machine", id: "0", due: now });
    await enqueue(tx, [toExec("mysql/0")], now);
    const receiver = { kind: "unit", name: "mysql/0" } as const;
    await work.begin(tx, { id: 2, receiver, now });
    await work.log(tx, { id: 2, receiver, message: "so far", now });
    const wish = { base: "ubuntu@22.04", nonce: "", desiredVersion: "3.6.100", now };
    const id = await machine.add(tx, wish);
    await machine.setInstance(tx, id, { instanceId: `i-${id}`, addresses: [], hardware: "" });
    await machineUpgrade.prepare(tx, { machine: id, base: "ubuntu@24.04", isForced: false });
  });
  const charm = await addCharm(store, name, {
    ...{ name: "mysql", metadata: `provides: {server: mysql}\n${resources}` },
  });
  const forces = { force: false, forceBase: false, forceUnits: false };
  const rest = { channel: "", settings: noSettings, startedBy: "jane", now };
  await store.write(name, (tx) =>
    upgradeCharm(tx, { application: "mysql", charm, ...forces, ...rest }),
  );
  await store.write(name, async (tx) => {
    const content = bytesOf("some data");
    const named = { application: "mysql", name: "data" };
    await attach(tx, { ...named, content, now });
    await resource.noteFetched(tx, { unit: "mysql/0", name: "data", sha256: content.sha256 });
    await pending.add(tx, [{ ...named, path: "data.txt" }], now);
  });
}

interface Row {
  readonly model: string;
}

/** The rows of every table that says which model its rows are of, and those of the models. */
async function rowsByModel(store: Store): Promise<Record<string, Row[]>> {
  const columns = await store.write(controllerScope, (tx) => tx.introspection.getTables());
  const names = columns
    .filter((table) => table.columns.some(({ name }) => name === "model"))
    .filter(({ name }) => !name.startsWith("log_")) // of a scope of its own, which the janitor clears
    .map(({ name }) => name);
  const all = await allRows(store);
  const models = (all.model ?? []) as Database["model"][];
  return {
    ...Object.fromEntries(names.map((name) => [name, all[name] as Row[]])),
    model: models.map((row) => ({ ...row, model: row.uuid })),
    change: (all.change as Row[]).filter(({ model }) => model !== controllerScope),
  };
}
