import assert from "node:assert/strict";
import { test } from "node:test";
import { shop } from "#controller/testing.ts";
import { report } from "#domain/storage/provision.ts";
import { deployApp } from "#domain/testing.ts";
import { Desk, type Ran } from "../testing.ts";

const metadata = "storage: {data: {type: filesystem, multiple: {range: 0-3}}}";

/** A desk, and a model with `db/0`, which may have storage. */
async function open() {
  const desk = await Desk.open();
  const controller = await desk.withController();
  await deployApp(controller.store, shop, { name: "db", metadata });
  const say = async (storage: string, location: string, message = "") => {
    const said = { unit: "db/0", storage, location, message, now: controller.clock.now() };
    await controller.store.write(shop, (tx) => report(tx, said));
  };
  return { desk, say, [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose]() };
}

test("storage is added, shown as people and as programs read it, and taken away", async () => {
  await using site = await open();
  const { desk, say } = site;
  assert.deepEqual(await desk.run("storage"), said("No storage to display."));
  assert.deepEqual(
    await desk.run("add-storage db/0 data=rootfs,10G data"),
    said("added storage data/0 to db/0\nadded storage data/1 to db/0"),
  );
  await say("data/0", "/srv/0");
  await say("data/1", "", "the disk is full");
  const { stdout: table } = await desk.run("storage");
  assert.deepEqual(
    table
      .trimEnd()
      .split("\n")
      .map((line) => line.trimEnd()),
    [
      "Unit  Storage ID  Type        Pool    Size     Status    Message",
      "db/0  data/0      filesystem  rootfs  10 GiB   attached",
      "db/0  data/1      filesystem  local   1.0 GiB  error     the disk is full",
    ],
  );
  const { stdout: json } = await desk.run("show-storage data/0 --format json");
  const shown = JSON.parse(json) as Record<string, { attachments: unknown; persistent: unknown }>;
  assert.deepEqual(Object.keys(shown), ["data/0"]);
  assert.equal(shown["data/0"]?.persistent, false);
  assert.deepEqual(shown["data/0"]?.attachments, {
    units: { "db/0": { machine: "2", location: "/srv/0", life: "alive" } },
  });
  const { stdout: status } = await desk.run("status --format json");
  const document = JSON.parse(status) as { storage: { filesystems: Record<string, unknown> } };
  assert.deepEqual(Object.keys(document.storage.filesystems), ["0", "2/0"]);
  assert.match(
    (await desk.run("status --storage")).stdout,
    /^Storage Unit +Storage ID .*Mountpoint/m,
  );
  assert.match(
    (await desk.run("storage --filesystem")).stdout,
    /^2 +db\/0 +data\/0 +2\/0 .*\/srv\/0/m,
  );

  assert.deepEqual(
    await desk.run("remove-storage data/0 data/1"),
    failure(
      'failed to remove data/0: cannot remove storage "data/0": it is attached to unit "db/0": detach it first, or use --force\n' +
        'ERROR failed to remove data/1: cannot remove storage "data/1": it is attached to unit "db/0": detach it first, or use --force',
    ),
  );
  assert.deepEqual(await desk.run("detach-storage data/1"), said("detaching data/1"));
  assert.deepEqual(
    await desk.run("attach-storage db/0 data/1"),
    failure(
      'ERROR failed to attach data/1: cannot attach storage "data/1" to unit "db/0": it is attached to unit "db/0"',
    ),
  );
  assert.deepEqual(await desk.run("remove-storage --force data/1"), said("removing data/1"));
  const { stderr: plan } = await desk.run("remove-unit db/0 --dry-run --destroy-storage");
  assert.equal(
    plan,
    "will remove unit db/0\n- will remove storage data/0\n- will remove storage data/1\n",
  );
  const { stderr: whole } = await desk.run("remove-machine 2 --dry-run --force");
  assert.equal(whole, `will remove machine 2\n- ${plan}`);
});

test("pools are made, shown, changed and removed", async () => {
  await using site = await open();
  const { desk } = site;
  assert.equal((await desk.run("create-storage-pool quick tmpfs note=fast")).status, 0);
  assert.equal((await desk.run("update-storage-pool quick note=faster")).status, 0);
  const { stdout } = await desk.run("storage-pools");
  assert.match(
    stdout,
    /^Name +Provider +Attributes\nlocal +local *\nquick +tmpfs +note=faster\nrootfs /,
  );
  assert.equal((await desk.run("add-storage db/0 data=quick")).status, 0);
  const refusals = [
    ["create-storage-pool quick tmpfs", 'cannot create pool "quick": storage pool already exists'],
    ["create-storage-pool 1 tmpfs", 'pool name "1" is not valid'],
    [
      "create-storage-pool ebs ebs",
      'storage provider "ebs" not found: this cloud has local, rootfs, tmpfs',
    ],
    ["remove-storage-pool quick", 'storage pool "quick" in use'],
    ["remove-storage-pool tmpfs", 'cannot remove pool "tmpfs": it is always there'],
    ["remove-storage-pool none", 'pool "none" not found'],
  ] as const;
  for (const [line, message] of refusals) {
    assert.deepEqual(await desk.run(line), failure(`ERROR ${message}`));
  }
});

test("what cannot be meant is refused before anything is asked", async () => {
  await using desk = await Desk.open();
  const lines = [
    ["add-storage db data", 'unit name "db" not valid'],
    ["add-storage db/0 data=10X", 'unrecognized storage constraint "10X"'],
    ["add-storage db/0 data=", "storage constraints require at least one field to be specified"],
    ["show-storage data", 'storage ID "data" not valid'],
    ["detach-storage", "detach-storage requires at least one storage ID"],
    ["storage --filesystem --volume", "--filesystem and --volume can not be used together"],
    ["add-unit db -n 2 --attach-storage data/0", "--attach-storage cannot be used with -n"],
    [
      "destroy-model shop --destroy-storage --release-storage",
      "--destroy-storage and --release-storage cannot both be specified",
    ],
  ] as const;
  for (const [line, message] of lines) {
    const { status, stderr } = await desk.run(line);
    assert.equal(status, 2, line);
    assert.ok(stderr.split("\n").includes(`ERROR ${message}`), stderr);
  }
});

function said(text: string): Ran {
  return { status: 0, stdout: "", stderr: `${text}\n` };
}

function failure(text: string): Ran {
  return { status: 1, stdout: "", stderr: `${text}\n` };
}
