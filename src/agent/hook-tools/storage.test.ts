import assert from "node:assert/strict";
import { test } from "node:test";
import { failed, hookOf, printed, run, silent } from "../testing.ts";

const data = { id: "data/0", store: "data", kind: "filesystem", location: "/srv/data" };
const cache = { id: "cache/1", store: "cache", kind: "filesystem", location: "/srv/cache" };
const storages = [data, cache];

test("storage is listed, all or that of one store", async () => {
  const { hook } = hookOf({ storages });
  assert.deepEqual(await run(hook, "storage-list"), printed("data/0\ncache/1\n"));
  assert.deepEqual(await run(hook, "storage-list data --format=json"), printed('["data/0"]\n'));
  assert.deepEqual(await run(hook, "storage-list nosuch --format=json"), printed("[]\n"));
});

test("where storage is and of what kind is told, and help names the one that a hook is about", async () => {
  const { hook } = hookOf({ storages, storage: data });
  const all = '{"kind":"filesystem","location":"/srv/cache"}\n';
  assert.deepEqual(await run(hook, "storage-get -s cache/1 --format=json"), printed(all));
  assert.deepEqual(await run(hook, "storage-get location"), printed("/srv/data\n"));
  assert.deepEqual(await run(hook, "storage-get kind -s cache/1"), printed("filesystem\n"));
  assert.match((await run(hook, "storage-get --help")).stdout, /^-s {2}\(= data\/0\)$/m);
});

test("what is not there cannot be asked for, with Juju's texts", async () => {
  const { hook } = hookOf({ storages });
  assert.deepEqual(await run(hook, "storage-get"), failed(2, "no storage instance specified"));
  assert.deepEqual(
    await run(hook, "storage-get -s data/0 size"),
    failed(2, 'invalid storage attribute "size"'),
  );
  assert.deepEqual(
    await run(hook, "storage-get -s data/7"),
    failed(1, 'invalid value "data/7" for option -s: storage not found'),
  );
});

test("storage is asked for by store and count", async () => {
  const { hook, told } = hookOf();
  assert.deepEqual(await run(hook, "storage-add data=2 cache"), silent);
  const wanted = [
    { name: "data", count: 2 },
    { name: "cache", count: 1 },
  ];
  assert.deepEqual(told, [["addStorage", wanted]]);
  assert.deepEqual(
    await run(hook, "storage-add"),
    failed(2, "storage add requires a storage directive"),
  );
  for (const word of ["data=0", "data=x", "=1", "data=1=2", "data=99999"]) {
    const reason = `cannot parse "${word}": expected NAME or NAME=COUNT`;
    assert.deepEqual(await run(hook, `storage-add ${word}`), failed(2, reason));
  }
});
