/**
 * Bundles: one version of the agent, packed for one OS and architecture.
 *
 * A bundle is a flat `.tar.zst` that holds `jumard`, one executable, `launcher.sh`, which starts it,
 * and `hook-tool`, which charms call under the name of each hook tool. Beside it lies a manifest that
 * says what it is and what its bytes must be. Nothing is unpacked before its size and SHA-256 have
 * been compared with what was promised, and it appears under its final name only when it is whole.
 */
import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { readdir, rename, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress, createZstdDecompress } from "node:zlib";
import { create, extract, list, type Parser, type ReadEntry } from "tar";
import {
  exists,
  makeFolder,
  parseJsonFile,
  readTextIfAny,
  removeTree,
  syncTree,
} from "#base/files.ts";
import { renameFolder } from "#base/links.ts";
import { isProblem, messageOf, Problem } from "#base/problem.ts";
import { type BinaryName, compareVersions, formatBinaryName, parseVersion } from "./version.ts";

export const executable = "jumard";
export const launcher = "launcher.sh";
export const hookTool = "hook-tool";
const members: readonly string[] = [executable, launcher, hookTool];

/** Some charms look for the agent under the name that it has in Juju. */
const jujuName = "jujud";

export const bundleBytesMax = 512 * 1024 * 1024;
const unpackedBytesMax = 1024 * 1024 * 1024;
const compressionLevel = 6;
const bundleSuffix = ".tar.zst";
const manifestSuffix = ".json";
const scratchPrefix = "unpacking-";

/** What a bundle's bytes must be; `sha256` in lower-case hexadecimal. */
export interface Digest {
  readonly sha256: string;
  readonly size: number;
}

interface Manifest extends BinaryName, Digest {}

/** A bundle on a disk. */
export interface Bundle {
  readonly path: string;
  readonly manifest: Manifest;
}

/** Packs the members that lie in the folder `from` into the folder `to`, with a manifest. */
export async function packBundle(
  binary: BinaryName,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<Bundle> {
  const path = join(to, `jumar-${formatBinaryName(binary)}${bundleSuffix}`);
  const scratch = `${path}.part`;
  await makeFolder(to);
  const level = { [constants.ZSTD_c_compressionLevel]: compressionLevel };
  await pipeline(
    create({ cwd: from, portable: true, noMtime: true }, [...members]),
    createZstdCompress({ params: level }),
    createWriteStream(scratch),
  );
  const manifest = { ...binary, ...(await digestFile(scratch)) };
  await rename(scratch, path);
  await writeFile(toManifestPath(path), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return { path, manifest };
}

/** The bundles in a folder that have a manifest, oldest version first; none if there is no folder. */
export async function listBundles(folder: string): Promise<Bundle[]> {
  const names = (await exists(folder)) ? await readdir(folder) : [];
  const paths = names
    .filter((name) => name.endsWith(bundleSuffix))
    .map((name) => join(folder, name));
  const bundles = await Promise.all(paths.map(readBundle));
  return bundles
    .filter((bundle) => bundle !== undefined)
    .toSorted((a, b) => compareVersions(a.manifest.version, b.manifest.version));
}

async function readBundle(path: string): Promise<Bundle | undefined> {
  const manifestPath = toManifestPath(path);
  const text = await readTextIfAny(manifestPath);
  return text === undefined ? undefined : { path, manifest: parseManifest(manifestPath, text) };
}

function toManifestPath(path: string): string {
  return path.slice(0, -bundleSuffix.length) + manifestSuffix;
}

function parseManifest(path: string, text: string): Manifest {
  const { version, os, arch, sha256, size } = parseJsonFile(path, text) as Record<string, unknown>;
  const isWhole =
    typeof version === "string" &&
    typeof os === "string" &&
    typeof arch === "string" &&
    typeof sha256 === "string" &&
    typeof size === "number";
  if (!isWhole) {
    throw new Problem("not valid", `${path} is not the manifest of an agent binary`);
  }
  parseVersion(version);
  return { version, os, arch, sha256, size };
}

/**
 * Unpacks a bundle into `folder`, which appears when all of it is there and durable. Nothing is
 * done when the folder is there already. Throws `not valid` when the bytes are not those promised.
 */
export async function unpackBundle(path: string, promised: Digest, folder: string): Promise<void> {
  if (await exists(folder)) return;
  await verifyFile(path, promised);
  await clearScratch(dirname(folder));
  const own = `${scratchPrefix}${process.pid}-${randomUUID().slice(0, 8)}`;
  const scratch = join(dirname(folder), own);
  await makeFolder(scratch);
  try {
    const read = (archive: AsyncIterable<Uint8Array>) => extractInto(scratch, archive);
    await pipeline(createReadStream(path), createZstdDecompress(), read).catch(refuseDamaged);
    refuseIncomplete(await readdir(scratch));
    await symlink(executable, join(scratch, jujuName));
    await syncTree(scratch);
    await renameFolder(scratch, folder);
  } finally {
    await removeTree(scratch);
  }
}

/** Takes away what processes that died while they unpacked have left. */
async function clearScratch(parent: string): Promise<void> {
  const names = (await exists(parent)) ? await readdir(parent) : [];
  for (const name of names.filter((each) => each.startsWith(scratchPrefix))) {
    const [pid = ""] = name.slice(scratchPrefix.length).split("-");
    if (!(await exists(`/proc/${pid}`))) await removeTree(join(parent, name));
  }
}

/** What the system could not do may work later; bytes that are no archive never become one. */
function refuseDamaged(error: unknown): never {
  if (isProblem(error) || (error instanceof Error && "syscall" in error)) throw error;
  const message = `agent binary archive is damaged: ${messageOf(error)}`;
  throw new Problem("not valid", message, { cause: error });
}

async function extractInto(folder: string, archive: AsyncIterable<Uint8Array>): Promise<void> {
  await feed(extract({ cwd: folder, strict: true, filter: admitOnly(unpackedBytesMax) }), archive);
}

/** Throws `not valid` unless the bytes are those of a bundle, of which nothing is kept. */
export async function checkBundle(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const present: string[] = [];
  const listing = list({
    ...{ strict: true, filter: admitOnly(unpackedBytesMax) },
    onReadEntry: ({ path }) => void present.push(path),
  });
  const read = async (archive: AsyncIterable<Uint8Array>) => feed(listing, archive);
  await pipeline(bytes, createZstdDecompress(), read).catch(refuseDamaged);
  refuseIncomplete(present);
}

/** Feeds the archive to tar by hand, since a filter that throws must end the reading as well. */
async function feed(reader: Parser, archive: AsyncIterable<Uint8Array>): Promise<void> {
  const closed = Promise.withResolvers<void>();
  reader.on("close", closed.resolve);
  reader.on("error", closed.reject);
  closed.promise.catch(() => {}); // it is awaited below, unless writing fails first
  for await (const bytes of archive) {
    if (!reader.write(Buffer.from(bytes))) await once(reader, "drain");
  }
  reader.end();
  await closed.promise;
}

/** Throws `not valid` when the file's size or digest is not the one promised. */
export async function verifyFile(path: string, promised: Digest): Promise<void> {
  const { size, sha256 } = await digestFile(path);
  if (size !== promised.size) {
    const message = `size mismatch, expected ${promised.size}, got ${size}`;
    throw new Problem("not valid", message);
  }
  if (sha256 !== promised.sha256) {
    const message = `sha256 mismatch, expected ${promised.sha256}, got ${sha256}`;
    throw new Problem("not valid", message);
  }
}

async function digestFile(path: string): Promise<Digest> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const bytes of createReadStream(path) as AsyncIterable<Uint8Array>) {
    hash.update(bytes);
    size += bytes.length;
  }
  return { sha256: hash.digest("hex"), size };
}

/** Refuses what is no member or no file, and more bytes than there may be. */
function admitOnly(bytesMax: number) {
  let bytes = 0;
  return (path: string, entry: unknown): boolean => {
    const { type, size } = entry as ReadEntry;
    bytes += size;
    if (!members.includes(path)) {
      throw new Problem("not valid", `bad name "${path}" in agent binary archive`);
    }
    if (type !== "File" && type !== "OldFile") {
      throw new Problem(
        "not valid",
        `bad file type ${type} in file "${path}" in agent binary archive`,
      );
    }
    if (bytes > bytesMax) {
      throw new Problem("not valid", `agent binary archive unpacks to more than ${bytesMax} bytes`);
    }
    return true;
  };
}

function refuseIncomplete(present: readonly string[]): void {
  const missing = members.find((member) => !present.includes(member));
  if (missing) throw new Problem("not valid", `agent binary archive has no "${missing}"`);
}
