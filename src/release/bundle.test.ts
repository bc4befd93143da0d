import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import {
  chmod,
  mkdtempDisposable,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { zstdCompressSync } from "node:zlib";
import { makeFolder } from "#base/files.ts";
import { type Bundle, checkBundle, listBundles, packBundle, unpackBundle } from "./bundle.ts";

const binary = { version: "3.6.101", os: "ubuntu", arch: "amd64" };

test("a bundle unpacks to what was packed, and appears as a whole", async () => {
  await using scratch = await scratchFolder();
  const { path, manifest } = await pack(scratch.path);
  const folder = join(scratch.path, "tools", "3.6.101-ubuntu-amd64");
  await makeFolder(join(scratch.path, "tools"));

  await unpackBundle(path, manifest, folder);
  await unpackBundle(path, manifest, folder);

  assert.deepEqual(await readdir(folder), ["hook-tool", "jujud", "jumard", "launcher.sh"]);
  assert.equal(await readFile(join(folder, "jujud"), "utf8"), "#!/bin/sh\n");
  assert.equal((await stat(join(folder, "jumard"))).mode & 0o777, 0o755);
  assert.deepEqual(await readdir(join(scratch.path, "tools")), ["3.6.101-ubuntu-amd64"]);
});

test("a bundle can be checked without being unpacked", async () => {
  await using scratch = await scratchFolder();
  const { path } = await pack(scratch.path);

  await checkBundle(createReadStream(path));
});

test("bytes that are not those promised are refused, and nothing is unpacked", async () => {
  await using scratch = await scratchFolder();
  const { path, manifest } = await pack(scratch.path);
  const folder = join(scratch.path, "unpacked");

  await assert.rejects(unpackBundle(path, { ...manifest, size: 7 }, folder), {
    code: "not valid",
    message: `size mismatch, expected 7, got ${manifest.size}`,
  });
  await writeFile(path, Buffer.alloc(manifest.size));
  await assert.rejects(unpackBundle(path, manifest, folder), {
    message: /^sha256 mismatch, expected/,
  });
  assert.equal((await readdir(scratch.path)).includes("unpacked"), false);
});

test("a member that is a link is refused, since it could lead anywhere", async () => {
  await using scratch = await scratchFolder();
  const from = join(scratch.path, "from");
  await pack(scratch.path);
  await rm(join(from, "launcher.sh"));
  await symlink("/etc/passwd", join(from, "launcher.sh"));
  const { path, manifest } = await packBundle(binary, { from, to: scratch.path });

  await assert.rejects(unpackBundle(path, manifest, join(scratch.path, "unpacked")), {
    message: 'bad file type SymbolicLink in file "launcher.sh" in agent binary archive',
  });
});

test("an archive that would write elsewhere, or fill the disk, is refused and leaves nothing", async () => {
  await using scratch = await scratchFolder();
  const cases = [
    [header("../escaped", 3), 'bad name "../escaped" in agent binary archive'],
    [header("/tmp/escaped", 3), 'bad name "/tmp/escaped" in agent binary archive'],
    [header("sub/jumard", 3), 'bad name "sub/jumard" in agent binary archive'],
    [header("jumard", 2 ** 30 + 1), "agent binary archive unpacks to more than 1073741824 bytes"],
  ] as const;
  for (const [archive, message] of cases) {
    const { path, digest } = await write(scratch.path, archive);
    const folder = join(scratch.path, "tools", "3.6.101-ubuntu-amd64");
    await makeFolder(join(scratch.path, "tools"));
    await assert.rejects(unpackBundle(path, digest, folder), { code: "not valid", message });
    assert.deepEqual(await readdir(join(scratch.path, "tools")), []);
    await assert.rejects(checkBundle(createReadStream(path)), { code: "not valid", message });
  }
  assert.deepEqual((await readdir(scratch.path)).toSorted(), ["archive", "tools"]);
});

test("an archive that lacks something, or is none, leaves nothing", async () => {
  await using scratch = await scratchFolder();
  const from = join(scratch.path, "from");
  await pack(scratch.path);
  const tools = join(scratch.path, "tools");
  await makeFolder(tools);
  const whole = header("jumard", 0);
  const cut = await write(scratch.path, whole);
  await assert.rejects(unpackBundle(cut.path, cut.digest, join(tools, "x")), {
    code: "not valid",
    message: 'agent binary archive has no "launcher.sh"',
  });
  await assert.rejects(checkBundle(createReadStream(cut.path)), /has no "launcher.sh"$/);
  const noise = await readFile(join(from, "jumard"));
  await writeFile(cut.path, noise);
  const digest = { sha256: createHash("sha256").update(noise).digest("hex"), size: noise.length };
  await assert.rejects(unpackBundle(cut.path, digest, join(tools, "x")), {
    code: "not valid",
    message: /^agent binary archive is damaged: /,
  });
  await assert.rejects(checkBundle(createReadStream(cut.path)), { code: "not valid" });
  assert.deepEqual(await readdir(tools), []);
});

test("what was left by a process that died while it unpacked is taken away, and nobody else's", async () => {
  await using scratch = await scratchFolder();
  const { path, manifest } = await pack(scratch.path);
  const tools = join(scratch.path, "tools");
  const dead = spawnSync("true").pid;
  for (const pid of [dead, process.pid]) await makeFolder(join(tools, `unpacking-${pid}-0a1b2c3d`));

  await unpackBundle(path, manifest, join(tools, "3.6.101-ubuntu-amd64"));
  assert.deepEqual((await readdir(tools)).toSorted(), [
    "3.6.101-ubuntu-amd64",
    `unpacking-${process.pid}-0a1b2c3d`,
  ]);
});

test("bundles are listed by their manifests, oldest version first", async () => {
  await using scratch = await scratchFolder();
  const newer = await pack(scratch.path);
  const older = await pack(scratch.path, "3.6.99");
  await writeFile(join(scratch.path, "jumar-3.6.98-ubuntu-amd64.tar.zst"), "no manifest");

  assert.deepEqual(await listBundles(scratch.path), [older, newer]);
  assert.deepEqual(await listBundles(join(scratch.path, "nowhere")), []);
});

test("a manifest that is not one is named", async () => {
  await using scratch = await scratchFolder();
  const { path } = await pack(scratch.path);
  const manifestPath = path.replace(".tar.zst", ".json");
  await writeFile(manifestPath, "{}");

  await assert.rejects(listBundles(scratch.path), {
    message: `${manifestPath} is not the manifest of an agent binary`,
  });
});

function scratchFolder() {
  return mkdtempDisposable(join(tmpdir(), "jumar-"));
}

/** The head of a tar archive's member, without what it promises to hold. */
function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write("0000755\0", 100);
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  block.write("        ", 148);
  block.write("0", 156);
  block.write("ustar\x0000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([block, Buffer.alloc(Math.min(size, 1024)), Buffer.alloc(1024)]);
}

async function write(folder: string, archive: Buffer) {
  const path = join(folder, "archive");
  const bytes = zstdCompressSync(archive);
  await writeFile(path, bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { path, digest: { sha256, size: bytes.length } };
}

async function pack(folder: string, version = binary.version): Promise<Bundle> {
  const from = join(folder, "from");
  await makeFolder(from);
  for (const name of ["jumard", "launcher.sh", "hook-tool"]) {
    await writeFile(join(from, name), "#!/bin/sh\n");
    await chmod(join(from, name), 0o755);
  }
  return packBundle({ ...binary, version }, { from, to: folder });
}
