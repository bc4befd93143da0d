import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { open, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
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

const zeros = new Uint8Array(70 * 1024 ** 2);

test("a member that says too much of itself is refused", async () => {
  const comment = "c".repeat(1025);
  await assertRefused([{ name: "x", comment }], '"x" has notes of more than 1024 bytes');
});

test("a name that is not UTF-8 is refused", async () => {
  const archive = zipOf([metadataMember, { name: "caf\xe9" }]).toString("latin1");
  await using folder = await newCharmFolder();
  const path = join(folder.path, "x.charm");
  await writeFile(path, Buffer.from(archive.replaceAll("caf\xc3\xa9", "cafe\xe9"), "latin1"));

  await assert.rejects(openArchive(path), {
    code: "not valid",
    message: "a member's name is not UTF-8",
  });
});

test("a charm's own files must be files of text, and not too large", async () => {
  const bytes = 1024 ** 2 + 1;
  await assertRefused([link("config.yaml", "metadata.yaml")], '"config.yaml" is not a file');
  await assertRefused([{ name: "config.yaml/" }], '"config.yaml" is not a file');
  await assertRefused(
    [{ name: "config.yaml", content: Buffer.from([0xff]) }],
    "config.yaml is not UTF-8",
  );
  await assertRefused(
    [{ name: "config.yaml", content: new Uint8Array(bytes) }],
    `"config.yaml" has ${bytes} bytes, more than ${bytes - 1}`,
  );
});

test("an archive that is too large is refused before it is read", async () => {
  await using folder = await newCharmFolder();
  const path = join(folder.path, "x.charm");
  const end = zipOf([]);
  await using file = await open(path, "w");
  await file.write(end, 0, end.length, 1024 ** 3);

  await assert.rejects(openArchive(path), {
    code: "not valid",
    message: "charm archive has 1073741846 bytes, more than 1073741824",
  });
});

test("too many members are refused, whether they are listed or only part of a path", async () => {
  await rejectsCount(50_001);
  const deep = Array.from({ length: 101 }, (_, n) => ({ name: `${n}/${"a/".repeat(500)}` }));
  await assertRefused(deep, "charm has more than 50000 members");
});

/** Asserts that an archive which says that it has so many members is refused. */
async function rejectsCount(count: number): Promise<void> {
  await using folder = await newCharmFolder();
  const path = join(folder.path, "x.charm");
  await writeFile(path, zipOf([metadataMember], count));
  const message = "charm has more than 50000 members";
  await assert.rejects(openArchive(path), { code: "not valid", message });
}

test("sizes that no charm has are refused by what the headers say", async () => {
  const gib = 1024 ** 3;
  await assertRefused([{ name: "x", size: gib + 1 }], `"x" has ${gib + 1} bytes, more than ${gib}`);
  const four = ["a", "b", "c", "d"].map((name) => ({ name, size: gib }));
  const total = 4 * gib + metadata.length;
  await assertRefused(four, `charm unpacks to ${total} bytes, more than ${4 * gib}`);
});

test("a bomb is refused by how much larger it is than its archive", async () => {
  const total = zeros.length + metadata.length;
  await assertRefused(
    [{ name: "zeros", content: zeros }],
    `charm unpacks to ${total} bytes, more than 100 times its archive`,
  );
  await withArchive(
    [{ name: "zeros", content: zeros.subarray(6 * 1024 ** 2 + 100) }],
    async () => {},
  );
  const noise = { name: "noise", content: randomBytes(1024 ** 2) };
  await withArchive([{ name: "zeros", content: zeros }, noise], async () => {});
});

test("a bomb whose header lies is given up as soon as it exceeds what it promised", async () => {
  const bomb = { name: "bomb", content: zeros, size: 1_000_000 };
  const refusal = {
    code: "not valid",
    message: '"bomb" unpacks to more than the 1000000 bytes that its header promises',
  };
  await withArchive([bomb], async (archive, folder) => {
    await assert.rejects(archive.verify(), refusal);
    await assert.rejects(archive.unpack(folder, { revision: 0 }), refusal);
    assert.ok((await stat(join(folder, "bomb"))).size <= bomb.size);
  });
  await assertRefused(
    [{ name: "config.yaml", content: zeros, size: 10 }],
    '"config.yaml" unpacks to more than the 10 bytes that its header promises',
  );
});

test("a member that is cut, damaged or locked is refused", async () => {
  await withArchive([{ name: "x", content: "abc", size: 9 }], async (archive, folder) => {
    await assert.rejects(archive.unpack(folder, { revision: 0 }), {
      code: "not valid",
      message: '"x" unpacks to fewer than the 9 bytes that its header promises',
    });
  });
  await withArchive([{ name: "x", content: "abc", checksum: 7 }], async (archive, folder) => {
    await assert.rejects(archive.unpack(folder, { revision: 0 }), {
      code: "not valid",
      message: '"x" is damaged: its checksum is wrong',
    });
  });
  await assertRefused(
    [{ name: "x", flags: 1 }],
    '"x" is encrypted or compressed in an unknown way',
  );
});

test("a file that is no charm archive is refused, and so is none at all", async () => {
  await using folder = await newCharmFolder();
  const path = join(folder.path, "x.charm");
  const whole = zipOf([metadataMember, { name: "x", content: "x".repeat(1000) }]);
  const readable = /^cannot (?:open|read) charm archive[^\n]*$/;

  await assert.rejects(openArchive(path), {
    code: "not found",
    message: `cannot open charm archive "${path}": no such file`,
  });
  await writeFile(path, "#!/bin/sh\n");
  await assert.rejects(openArchive(path), { code: "not valid", message: readable });
  await writeFile(path, whole.fill(0xaa, 0, 60));
  await assert.rejects(openArchive(path), { code: "not valid", message: readable });
  await writeFile(path, whole.fill(0xaa, whole.length - 60, whole.length - 40));
  await assert.rejects(openArchive(path), { code: "not valid", message: readable });
  await writeFile(path, zipOf([{ name: "x" }]));
  await assert.rejects(openArchive(path), {
    code: "not valid",
    message: "charm has no metadata.yaml",
  });
});
