import assert from "node:assert/strict";
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
import { makeFolder } from "#base/files.ts";
import { type Bundle, listBundles, packBundle, unpackBundle } from "./bundle.ts";

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

async function pack(folder: string, version = binary.version): Promise<Bundle> {
  const from = join(folder, "from");
  await makeFolder(from);
  for (const name of ["jumard", "launcher.sh", "hook-tool"]) {
    await writeFile(join(from, name), "#!/bin/sh\n");
    await chmod(join(from, name), 0o755);
  }
  return packBundle({ ...binary, version }, { from, to: folder });
}
