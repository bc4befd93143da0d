import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { truncate } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { readCharmFolder } from "./folder.ts";
import { metadata, newCharmFolder, writeFiles } from "./testing.ts";

test("a charm can be read where its developer works on it", async () => {
  await using folder = await newCharmFolder();
  await writeFiles(folder.path, {
    "metadata.yaml": metadata,
    "config.yaml": "options: {title: {}}",
    revision: "4",
  });

  const charm = await readCharmFolder(folder.path);

  assert.equal(charm.metadata.name, "wordpress");
  assert.deepEqual(Object.keys(charm.config), ["title"]);
  assert.equal(charm.revision, 4);
});

test("links, folders and pipes in the place of a charm's own files are refused", async () => {
  await using folder = await newCharmFolder();
  const refused = (path: string) =>
    assert.rejects(readCharmFolder(join(folder.path, path)), {
      code: "not valid",
      message: '"config.yaml" is not a file',
    });
  await writeFiles(folder.path, {
    "link/metadata.yaml": metadata,
    "link/config.yaml": "-> other.yaml",
    "link/other.yaml": "options: {}",
    "folder/metadata.yaml": metadata,
    "folder/config.yaml/x": "",
    "pipe/metadata.yaml": metadata,
  });
  execFileSync("mkfifo", [join(folder.path, "pipe/config.yaml")]);

  await refused("link");
  await refused("folder");
  await refused("pipe");
});

test("a file that is too large to be read as a whole is refused", async () => {
  await using folder = await newCharmFolder();
  await writeFiles(folder.path, { "metadata.yaml": metadata });
  await truncate(join(folder.path, "metadata.yaml"), 1024 ** 2 + 1);

  await assert.rejects(readCharmFolder(folder.path), {
    code: "not valid",
    message: '"metadata.yaml" has 1048577 bytes, more than 1048576',
  });
});
