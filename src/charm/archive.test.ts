import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdir, readFile, readlink, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { openArchive } from "./archive.ts";
import {
  assertRefused,
  link,
  metadata,
  metadataMember,
  newCharmFolder,
  withArchive,
  zipOf,
} from "./testing.ts";

test("an archive tells its charm and its members, with folders and the revision, in order", async () => {
  const members = [
    { name: "./src//charm.py" },
    { name: "a-b" },
    { name: "a/b" },
    { name: "a/", mode: 0o040755 },
    { name: "./", mode: 0o040755 },
    { name: "config.yaml", content: "options: {title: {}}" },
    link("lib", "src"),
  ];
  await withArchive(members, async ({ charm, members: paths }) => {
    assert.equal(charm.metadata.name, "wordpress");
    assert.deepEqual(Object.keys(charm.config), ["title"]);
    assert.deepEqual(paths, [
      "a",
      "a-b",
      "a/b",
      "config.yaml",
      "lib",
      "metadata.yaml",
      "revision",
      "src",
      "src/charm.py",
    ]);
  });
});

test("unpacking creates files, folders and links, and writes the revision it is told", async () => {
  const large = Buffer.alloc(1_000_000, "0123456789abcdef!");
  const members = [
    { name: "revision", content: "3" },
    { name: "data/large", content: large },
    { name: "data/empty" },
    { name: "logs/", mode: 0o040700 },
    link("bin/data", "../data/large"),
  ];
  await withArchive(members, async (archive, folder) => {
    assert.equal(archive.charm.revision, 3);

    await archive.unpack(folder, { revision: 12 });

    assert.deepEqual((await readdir(folder, { recursive: true })).toSorted(), archive.members);
    assert.equal(Buffer.compare(await readFile(join(folder, "data/large")), large), 0);
    assert.equal(await readFile(join(folder, "data/empty"), "utf8"), "");
    assert.equal(await readFile(join(folder, "revision"), "utf8"), "12");
    assert.equal(await readlink(join(folder, "bin/data")), "../data/large");
  });
});

test("what the owner may execute stays executable, and so become dispatch and known hooks", async () => {
  const modes: Readonly<Record<string, [number, number]>> = {
    script: [0o100700, 0o755],
    "data.txt": [0o100666, 0o644],
    setuid: [0o104755, 0o755],
    dispatch: [0o100644, 0o755],
    "hooks/install": [0o100644, 0o755],
    "hooks/helper": [0o100644, 0o644],
    "hooks/lib/install": [0o100644, 0o644],
    "untyped.txt": [0o000644, 0o644],
  };
  const members = Object.entries(modes).map(([name, [mode]]) => ({ name, mode }));
  const dos = { name: "dos.exe", mode: 0o100755, maker: 0 };
  await withArchive(
    [...members, dos, { name: "lib/", mode: 0o040700 }],
    async (archive, folder) => {
      const umask = process.umask(0o077);
      try {
        await archive.unpack(folder, { revision: 0 });
      } finally {
        process.umask(umask);
      }

      const modeOf = async (path: string) => (await stat(join(folder, path))).mode & 0o7777;
      for (const [path, [, mode]] of Object.entries(modes)) {
        assert.equal(await modeOf(path), mode, path);
      }
      assert.equal(await modeOf("dos.exe"), 0o644);
      assert.equal(await modeOf("revision"), 0o644);
      assert.equal(await modeOf("lib"), 0o755);
      assert.equal(await modeOf("hooks"), 0o755);
    },
  );
});

test("unpacking into a folder that has something in it is refused", async () => {
  await withArchive([], async (archive, folder) => {
    await archive.unpack(folder, { revision: 0 });

    await assert.rejects(archive.unpack(folder, { revision: 1 }), {
      code: "not valid",
      message: `cannot unpack charm into "${folder}": it has "metadata.yaml" in it`,
    });
    assert.equal(await readFile(join(folder, "revision"), "utf8"), "0");
  });
});

test("an archive lets go of its file, also when it was refused or unpacking it failed", async () => {
  await assertRefused([{ name: "../x" }], '"../x" leads out of the charm');
  await using folder = await newCharmFolder();
  const path = join(folder.path, "x.charm");
  await writeFile(path, zipOf([metadataMember], 50_001));
  await assert.rejects(openArchive(path), { code: "not valid" });
  const bomb = { name: "bomb", content: Buffer.alloc(1_000_000), size: 10 };
  await withArchive([bomb], async (archive, place) => {
    await assert.rejects(archive.unpack(place, { revision: 0 }), { code: "not valid" });
    assert.equal((await openCharms()).length, 1);
  });
  for (let turns = 0; turns < 100 && (await openCharms()).length > 0; turns++) await turn();

  assert.deepEqual(await openCharms(), []);
});

async function openCharms(): Promise<string[]> {
  const files = await readdir("/proc/self/fd");
  const paths = files.map((file) => readlink(join("/proc/self/fd", file)).catch(() => ""));
  return (await Promise.all(paths)).filter((path) => path.includes(".charm"));
}

test("archives of other tools can be read", async () => {
  await using folder = await newCharmFolder();
  const script = `
import zipfile
with zipfile.ZipFile("x.charm", "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("metadata.yaml", ${JSON.stringify(metadata)})
    z.writestr(zipfile.ZipInfo("stored"), "as it is")
    z.writestr("café/ü", "ü")
`;
  execFileSync("python3", ["-c", script], { cwd: folder.path });
  await using archive = await openArchive(join(folder.path, "x.charm"));

  await archive.unpack(join(folder.path, "charm"), { revision: 1 });

  assert.equal(await readFile(join(folder.path, "charm", "stored"), "utf8"), "as it is");
  assert.equal(await readFile(join(folder.path, "charm", "café", "ü"), "utf8"), "ü");
});
