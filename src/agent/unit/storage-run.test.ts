import assert from "node:assert/strict";
import { test } from "node:test";
import type { StorageHook } from "./hook.ts";
import { makeStage, Stage, wantedState } from "./stage/testing.ts";
import { desiredUnit } from "./testing.ts";

const about = { storage: "data/0", store: "data", storageKind: "filesystem", location: "/srv/d" };
const attached: StorageHook = { kind: "storage-attached", ...about };
const detaching: StorageHook = { kind: "storage-detaching", ...about };
const look = `#!/bin/sh
echo "$JUJU_STORAGE_ID $JUJU_STORAGE_LOCATION $JUJU_STORAGE_KIND" > seen
storage-list >> seen
storage-get location >> seen
storage-get --help | grep -e '-s ' >> seen
`;
const seen = "data/0 /srv/d filesystem\ndata/0\n/srv/d\n-s  (= data/0)\n";

test("a charm hears of its storage, finds it with its tools, and hears when it is to go", async () => {
  await using stage = await Stage.open(
    await makeStage({
      "hooks/data-storage-attached": look,
      "hooks/data-storage-detaching": look,
      "hooks/start": "#!/bin/sh\nstorage-list > seen; storage-get -s data/0 kind >> seen\n",
    }),
  );
  await stage.run(attached);
  assert.equal(await stage.read("seen"), seen);
  await stage.run({ kind: "start" });
  assert.equal(await stage.read("seen"), "data/0\nfilesystem\n");
  const { state } = stage;
  assert.deepEqual(state.storage, {
    "data/0": { store: "data", kind: "filesystem", location: "/srv/d" },
  });

  await stage.run(detaching);
  assert.equal(await stage.read("seen"), seen);
  assert.deepEqual(stage.state.storage, {});
});

const metadata = `
name: mysql
summary: a database
description: keeps data
storage:
  data: {type: filesystem, multiple: {range: 1-3}}
  cache: {type: filesystem, multiple: {range: 0-}}
  disk: {type: block, multiple: {range: 0-}}
`;

test("storage that a hook asks for is asked of the controller when the hook has succeeded", async () => {
  const add = "#!/bin/sh\nstorage-add data=2 cache && storage-add data\n";
  await using stage = await Stage.open(
    await makeStage({
      ...{ "metadata.yaml": metadata, "hooks/start": add },
      "hooks/install": `${add}exit 1\n`,
    }),
  );
  await stage.run({ kind: "install" });
  assert.deepEqual(await stage.commits(), []);
  await stage.run({ kind: "start" });
  const [commit] = await stage.commits();
  assert.deepEqual(commit?.changes["add-storage"], [
    { name: "data", count: 2 },
    { name: "cache", count: 1 },
    { name: "data", count: 1 },
  ]);
});

test("storage that the unit cannot have is refused at once, and the hook goes on", async () => {
  const add = `#!/bin/sh
exec 2>seen
storage-add data=3; storage-add data; storage-add data=2; storage-add cache=101
storage-add disk; storage-add none; true
`;
  await using stage = await Stage.open(
    await makeStage({ "metadata.yaml": metadata, "hooks/start": add, "hooks/stop": add }),
  );
  const held = {
    ...{ id: "data/0", store: "data", kind: "filesystem", life: "alive", provider: "rootfs" },
    ...{ source: "", location: "", size: 1 },
  };
  const wanted = (life: string) => {
    const unit = desiredUnit({ life, storage: [held] });
    return { ...wantedState(), unit };
  };
  await stage.run({ kind: "start" }, wanted("alive"));
  const store = (name: string) => `ERROR charm "mysql" store "${name}"`;
  const disk = "block devices are not supported on the local cloud, which has filesystems only";
  assert.equal(
    await stage.read("seen"),
    `${store("data")}: at most 3 instances supported, 4 specified
${store("data")}: at most 3 instances supported, 4 specified
${store("cache")}: a unit has at most 100 instances, 101 specified
${store("disk")}: ${disk}
ERROR charm "mysql" has no store called "none"
`,
  );
  const [commit] = await stage.commits();
  assert.deepEqual(commit?.changes["add-storage"], [{ name: "data", count: 1 }]);
  await stage.run({ kind: "stop" }, wanted("dying"));
  const [first] = (await stage.read("seen")).split("\n");
  const refused = 'cannot add storage "data" to unit "mysql/0": the unit is being removed';
  assert.equal(first, `ERROR ${refused}`);
});
