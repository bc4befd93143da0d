import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { shop } from "#controller/testing.ts";
import { list } from "#domain/charm/charm.ts";
import { Desk } from "../testing.ts";

const refusedStorage = [
  ["--storage logs=1G", /^ERROR charm "web" has no store called "logs"$/m],
  ["--storage data=slow", /^ERROR pool "slow" not found$/m],
  ["--storage data=0", /^ERROR charm "web" store "data": 1 instances required, 0 specified$/m],
  ["--storage data=3", /^ERROR charm "web" store "data": at most 2 instances supported/m],
  ["--storage data=512M", /^ERROR .*minimum storage size is 1024 MiB, 512 MiB specified$/m],
  ["--attach-storage data/7", /^ERROR storage "data\/7" not found$/m],
] as const;

test("what cannot be deployed is refused before the charm is sent", async () => {
  await using desk = await Desk.open();
  const { store } = await desk.withController();
  await mkdir(join(desk.folder, "web"));
  const storage =
    "storage:\n  data: {type: filesystem, multiple: {range: 1-2}, minimum-size: 1G}\n";
  const about = `name: web\nsummary: A web\ndescription: A web\nseries: [jammy]\n${storage}`;
  await desk.file("web/metadata.yaml", about);
  const names = async () => (await store.read(shop, list)).map(({ url }) => url);
  const before = await names();

  for (const [words, message] of [
    [["deploy", "./web", "bad name"], /^ERROR .*invalid application name "bad name"$/m],
    [["deploy", "./web", "--to", "99"], /^ERROR .*machine 99 not found$/m],
    [
      ["deploy", "./web", "--base", "ubuntu@12.04"],
      /^ERROR .*base "ubuntu@12\.04" not supported by charm, the charm supported bases are: ubuntu@22\.04$/m,
    ],
    [["deploy", "./web", "--series", "warty"], /^ERROR series "warty" not valid: name a base/m],
    [["deploy", "./web", "--series", "focal"], /^ERROR .*base "ubuntu@20\.04" not supported/m],
    ...refusedStorage.map(
      ([option, message]) => [["deploy", "./web", ...option.split(" ")], message] as const,
    ),
  ] as const) {
    const { status, stderr } = await desk.run(words);
    assert.equal(status, 1);
    assert.match(stderr, message);
    assert.deepEqual(await names(), before);
  }
  assert.equal((await desk.run("deploy ./web --to 0 --base ubuntu@22.04")).status, 0);
  const forced = await desk.run("deploy ./web forced --base ubuntu@20.04 --force");
  assert.match(forced.stderr, /revision 1 on ubuntu@20\.04$/m);
  const { stderr } = await desk.run("deploy ./web older --series jammy --channel edge");
  assert.match(stderr, /revision 2 on jammy$/m);
  const both = await desk.run("deploy ./web two --series jammy --base ubuntu@22.04");
  assert.equal(both.status, 2);
  assert.equal((await names()).length, before.length + 3);
});
