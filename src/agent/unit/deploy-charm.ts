/**
 * Putting a charm in place, so that at every instant there is a whole one.
 *
 * The new charm is fetched, verified and unpacked beside the one that runs. What that one's hooks
 * have written into their folder is brought over, and everything is made durable. Then the two
 * change places in one step, at a path that never changes. The old one stays until the hooks that
 * follow have run, with exactly the files from before.
 *
 * Whatever moment it is cut short at, doing it again ends the same.
 */

import { constants } from "node:fs";
import { cp, lstat, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { exchangeFolders, mendExchange } from "#base/exchange.ts";
import {
  exists,
  makeFolder,
  readTextIfAny,
  removeTree,
  syncTree,
  writeFileDurably,
} from "#base/files.ts";
import type { Wrench } from "#base/wrench.ts";
import { openArchive } from "#charm/archive.ts";
import { parseCharmUrl } from "#charm/url.ts";
import { quoteUrl, type UnitPaths } from "./paths.ts";

/** Where a charm's folder says which charm it is. */
const identityFile = ".juju-charm";

export interface Deployment {
  readonly url: string;
  readonly sha256: string;
  readonly size: number;
  /** The charm that was there before, as far as the agent remembers. */
  readonly replaces: string | null;
}

export interface Means {
  readonly paths: UnitPaths;
  readonly wrench: Wrench;
  /** Fetches and verifies the charm's archive. */
  fetch(charm: Deployment, file: string): Promise<void>;
}

/** Throws what fetching and unpacking throw; then the old charm is whole and in its place. */
export async function deployCharm(means: Means, charm: Deployment): Promise<void> {
  const { paths, wrench } = means;
  await mendExchange(paths.charm, paths.nextCharm);
  if (!(await isInPlace(paths, charm.url))) {
    const archive = await fetchOnce(means, charm);
    wrench.at("charm-fetched");
    await unpack(paths, charm, archive);
    wrench.at("charm-unpacked");
    await carryOver(paths);
    wrench.at("charm-carried-over");
    await writeFile(join(paths.nextCharm, identityFile), charm.url);
    await syncTree(paths.nextCharm);
    wrench.at("charm-ready");
    await putInPlace(paths);
    wrench.at("charm-switched");
  }
  await keepPrevious(paths, charm.replaces);
  wrench.at("charm-in-place");
}

/** The new charm has shown that it works, as far as its hooks can tell. */
export async function forgetPreviousCharm({ previousCharm, bundles }: UnitPaths): Promise<void> {
  await removeTree(previousCharm);
  await removeTree(bundles);
}

async function isInPlace({ charm }: UnitPaths, url: string): Promise<boolean> {
  return (await readTextIfAny(join(charm, identityFile))) === url;
}

/** An archive that is there under its name is whole. */
async function fetchOnce({ paths, fetch }: Means, charm: Deployment): Promise<string> {
  const file = join(paths.bundles, `${quoteUrl(charm.url)}.charm`);
  if (await exists(file)) return file;
  await makeFolder(paths.bundles);
  const scratch = `${file}.part`;
  await fetch(charm, scratch);
  await rename(scratch, file);
  return file;
}

async function unpack(paths: UnitPaths, { url }: Deployment, file: string): Promise<void> {
  const { nextCharm } = paths;
  await removeTree(nextCharm);
  await mkdir(nextCharm, { mode: 0o755 });
  await using archive = await openArchive(file);
  await archive.unpack(nextCharm, { revision: parseCharmUrl(url).revision ?? 0 });
  await makeFolder(paths.manifests);
  await writeFileDurably(manifestOf(paths, url), archive.members.join("\n"));
}

function manifestOf({ manifests }: UnitPaths, url: string): string {
  return join(manifests, quoteUrl(url));
}

/**
 * Brings over what the old charm did not come with: its hooks have written it. What the new charm
 * comes with itself is the new charm's.
 */
async function carryOver(paths: UnitPaths): Promise<void> {
  const { charm, nextCharm } = paths;
  const url = await readTextIfAny(join(charm, identityFile));
  if (url === undefined) return;
  const manifest = await readFile(manifestOf(paths, url), "utf8");
  const known = new Set([...manifest.split("\n"), identityFile]);
  await carryFolder({ from: charm, to: nextCharm, known }, "");
}

interface Carriage {
  readonly from: string;
  readonly to: string;
  /** What the old charm came with, relative to its folder. */
  readonly known: ReadonlySet<string>;
}

async function carryFolder(carriage: Carriage, folder: string): Promise<void> {
  for (const entry of await readdir(join(carriage.from, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const isContent = entry.isFile() || entry.isSymbolicLink();
    if (entry.isDirectory()) await carryFolder(carriage, path);
    else if (isContent && !carriage.known.has(path)) await carryFile(carriage, path);
  }
  if (folder !== "" && !carriage.known.has(folder)) await carryEmptyFolder(carriage, folder);
}

/** Links are brought over as links; nothing is read through them or written through them. */
async function carryFile({ from, to }: Carriage, path: string): Promise<void> {
  if (!(await hasRoom(to, path))) return;
  await mkdir(dirname(join(to, path)), { recursive: true });
  await cp(join(from, path), join(to, path), {
    mode: constants.COPYFILE_FICLONE,
    preserveTimestamps: true,
    verbatimSymlinks: true,
  });
}

async function carryEmptyFolder({ to }: Carriage, path: string): Promise<void> {
  if (await hasRoom(to, path)) await mkdir(join(to, path), { recursive: true });
}

/** Whether nothing of the new charm is there, or where a folder above it would have to be. */
async function hasRoom(to: string, path: string): Promise<boolean> {
  if (await exists(join(to, path))) return false;
  for (let above = dirname(path); above !== "."; above = dirname(above)) {
    const there = join(to, above);
    if ((await exists(there)) && !(await lstat(there)).isDirectory()) return false;
  }
  return true;
}

async function putInPlace({ charm, nextCharm }: UnitPaths): Promise<void> {
  if (await exists(charm)) await exchangeFolders(charm, nextCharm);
  else await rename(nextCharm, charm);
}

/**
 * After the exchange the old charm lies where the new one was made ready. Anything else that lies
 * there is what is left of a charm that nobody wants any more.
 */
async function keepPrevious(
  { nextCharm, previousCharm }: UnitPaths,
  replaces: string | null,
): Promise<void> {
  const url = await readTextIfAny(join(nextCharm, identityFile));
  if (url === undefined || url !== replaces) return removeTree(nextCharm);
  await removeTree(previousCharm);
  await rename(nextCharm, previousCharm);
}
