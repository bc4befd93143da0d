import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtempDisposable, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Problem } from "#base/problem.ts";
import { openWrench } from "#base/wrench.ts";
import { readTree } from "../site/testing.ts";
import { makeStage, published, Stage } from "../stage/testing.ts";
import { type Means, provideResource } from "./resources.ts";

/** A unit's folder, and a controller that has some text as `data`. */
async function openUnit() {
  const folder = await mkdtempDisposable(join(tmpdir(), "jumar-resources-"));
  const paths = {
    resources: join(folder.path, "resources"),
    downloads: join(folder.path, "state", "downloads"),
  };
  const said: string[] = [];
  const now = { path: "data.txt", text: "one", isFetched: false };
  const means: Means = {
    ...{ paths, wrench: openWrench(join(folder.path, "no wrench")) },
    controller: {
      async resource() {
        const sha256 = createHash("sha256").update(now.text).digest("hex");
        return { path: now.path, sha256, size: now.text.length, fetched: now.isFetched };
      },
      async resourceFetched(name, sha256) {
        said.push(`has ${name} ${sha256.slice(0, 4)}`);
        now.isFetched = true;
      },
    },
    async fetch(name, file) {
      said.push(`fetch ${name}`);
      await writeFile(file, now.text, { flag: "wx" });
    },
  };
  return {
    ...{ folder: folder.path, paths, now, means, said },
    place: join(paths.resources, "data", "data.txt"),
    provide: () => provideResource(means, "data"),
    tree: () => readTree(folder.path),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

const only = (file: string, text: string) => ({
  resources: "folder 755",
  "resources/data": "folder 755",
  [`resources/data/${file}`]: `file 644 ${text}`,
  state: "folder 700",
  "state/downloads": "folder 700",
});

test("a resource is fetched when it is asked for first, and again when there is another", async () => {
  await using unit = await openUnit();
  assert.equal(await unit.provide(), unit.place);
  assert.equal(await unit.provide(), unit.place);
  assert.deepEqual(unit.said, ["fetch data", "has data 7692"]);
  assert.deepEqual(await unit.tree(), only("data.txt", "one"));

  Object.assign(unit.now, { text: "another", isFetched: false });
  await unit.provide();
  assert.deepEqual(unit.said.slice(2), ["fetch data", "has data ae44"]);
  assert.deepEqual(await unit.tree(), only("data.txt", "another"));
});

test("the file has the name that the charm gives it now, and no other is left", async () => {
  await using unit = await openUnit();
  await unit.provide();
  unit.now.path = "other.txt";
  assert.equal(await unit.provide(), join(unit.paths.resources, "data", "other.txt"));
  assert.deepEqual(await unit.tree(), only("other.txt", "one"));
});

test("a fetch that was cut short leaves nothing that passes for the resource", async () => {
  await using unit = await openUnit();
  const cut: Means = {
    ...unit.means,
    async fetch(_name, file) {
      await writeFile(file, "on");
      throw new Problem("try again", "the line was cut");
    },
  };
  await assert.rejects(provideResource(cut, "data"), { code: "try again" });
  const { state: _, ...rest } = await unit.tree();
  assert.deepEqual(Object.keys(rest), ["state/downloads"]);

  await mkdir(join(unit.paths.downloads, "data"));
  await writeFile(join(unit.paths.downloads, "data", "left by an agent that died"), "o");
  await unit.provide();
  assert.deepEqual(await unit.tree(), only("data.txt", "one"));
});

test("a file that a hook has spoiled is made good again, and links are not followed", async () => {
  await using unit = await openUnit();
  await unit.provide();
  await writeFile(unit.place, "two");
  await unit.provide();
  assert.deepEqual(await unit.tree(), only("data.txt", "one"));

  const outside = join(unit.folder, "outside");
  await rm(unit.place);
  await writeFile(outside, "one");
  await symlink(outside, unit.place);
  await unit.provide();
  await rm(outside);
  assert.deepEqual(await unit.tree(), only("data.txt", "one"));
});

test("whoever uploads another file while one is fetched gets that one to the unit", async () => {
  await using unit = await openUnit();
  let isFirst = true;
  const means: Means = {
    ...unit.means,
    async fetch(name, file) {
      if (isFirst) unit.now.text = "later";
      isFirst = false;
      await unit.means.fetch(name, file);
    },
  };
  await provideResource(means, "data");
  assert.deepEqual(await unit.tree(), only("data.txt", "later"));
});

test("what never has the bytes that were promised is given up", async () => {
  await using unit = await openUnit();
  let fetches = 0;
  const means: Means = {
    ...unit.means,
    async fetch(_name, file) {
      fetches++;
      await writeFile(file, "wrong");
    },
  };
  await assert.rejects(provideResource(means, "data"), {
    code: "not valid",
    message: "size mismatch, expected 3, got 5",
  });
  assert.equal(fetches, 5);
});

test("a hook gets a resource by its tool, at once", async () => {
  const install = "#!/bin/sh\ncat $(resource-get data) >seen\nexit 1\n";
  const folder = await makeStage({ "hooks/install": install });
  await mkdir(join(folder, published));
  await writeFile(join(folder, published, "data"), "some data");
  await using stage = await Stage.open(folder);
  await stage.run({ kind: "install" });

  assert.equal(await stage.read("seen"), "some data");
  assert.equal(await stage.reads(), "fetched data\n");
});
