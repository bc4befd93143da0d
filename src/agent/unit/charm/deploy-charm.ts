/**
 * Putting a charm in place, so that at every instant there is a whole one.
 *
 * The new charm is fetched, verified and unpacked beside the one that runs. What that one's hooks
 * have written into their folder is brought over, and everything is made durable. Then the two
 * change places in one step, at a path that never changes. The old one stays until the hooks that
 * follow have run, with exactly the files from before; who goes back until then gets it back.
 *
 * Whatever moment it is cut short at, doing it again ends the same.
 */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { exchangeFolders, mendExchange } from "#base/exchange.ts";
import {
  discardTree,
  exists,
  makeFolder,
  readTextIfAny,
  removeTree,
  syncFolder,
  syncTree,
  writeFileDurably,
} from "#base/files.ts";
import type { Log } from "#base/log.ts";
import type { Wrench } from "#base/wrench.ts";
import { openArchive } from "#charm/archive.ts";
import { parseCharmUrl } from "#charm/url.ts";
import type { Digest } from "#release/bundle.ts";
import { quoteUrl, type UnitPaths } from "../paths.ts";
import { carryOver } from "./carry-over.ts";
import { isWhole } from "./verified-file.ts";

/** Where a charm's folder says which charm it is. */
const identityFile = ".juju-charm";
/** What cannot be in a path, between those of a charm's members. */
const separator = "\0";

export interface Deployment extends Digest {
  readonly url: string;
}

/** What was there before, as far as the agent remembers. */
export interface Replaced {
  /** The charm whose hooks ran last. */
  readonly replaces: string | null;
  /** Whether the charm before that one may come back as it was, for this one has not settled. */
  readonly mayReturn: boolean;
}

export interface Means {
  readonly paths: UnitPaths;
  readonly wrench: Wrench;
  readonly log: Log;
  /** Fetches and verifies the charm's archive. */
  fetch(charm: Deployment, file: string): Promise<void>;
}

/** Throws what fetching and unpacking throw; then the old charm is whole and in its place. */
export async function deployCharm(means: Means, charm: Deployment & Replaced): Promise<void> {
  const { paths, wrench } = means;
  await mend(paths, charm);
  if ((await identityOf(paths.charm)) !== charm.url) {
    await undo(paths, charm);
    await discardTree(paths.nextCharm);
    await bring(means, charm);
    wrench.at("charm-switched");
  }
  await keepPrevious(paths, charm);
  wrench.at("charm-in-place");
}

/** The charm that was on its way is not wanted any more: what was there before is there again. */
export async function abandonCharm(paths: UnitPaths, replaced: Replaced): Promise<void> {
  await mend(paths, replaced);
  await undo(paths, replaced);
  await discardTree(paths.nextCharm);
}

/** The new charm has shown that it works, as far as its hooks can tell. */
export async function forgetPreviousCharm({ previousCharm, bundles }: UnitPaths): Promise<void> {
  await discardTree(previousCharm);
  await removeTree(bundles);
}

/** Ends exchanges that were cut short, and forgets a charm from before that has no right to return. */
async function mend(
  { charm, nextCharm, previousCharm }: UnitPaths,
  { replaces, mayReturn }: Replaced,
): Promise<void> {
  await mendExchange(charm, nextCharm);
  await mendExchange(charm, previousCharm);
  if (!mayReturn && (await identityOf(previousCharm)) !== replaces)
    await discardTree(previousCharm);
}

function identityOf(folder: string): Promise<string | undefined> {
  return readTextIfAny(join(folder, identityFile));
}

/** Takes a charm away that has come in the place of the old one but never ran. */
async function undo(paths: UnitPaths, { replaces }: Replaced): Promise<void> {
  const place = await identityOf(paths.charm);
  if (place === undefined || place === replaces) return;
  for (const folder of [paths.nextCharm, paths.previousCharm]) {
    if ((await identityOf(folder)) !== replaces) continue;
    await exchangeFolders(paths.charm, folder);
    return discardTree(folder);
  }
}

/** Brings the charm in its place: the very one from before if it may return, or else a new one. */
async function bring(means: Means, charm: Deployment): Promise<void> {
  const { paths } = means;
  if ((await identityOf(paths.charm)) === charm.url) return;
  if ((await identityOf(paths.previousCharm)) === charm.url) {
    return exchangeFolders(paths.charm, paths.previousCharm);
  }
  await makeReady(means, charm);
  await putInPlace(paths);
}

/** Makes the new charm ready beside the old one. */
async function makeReady(means: Means, charm: Deployment): Promise<void> {
  const { paths, wrench } = means;
  const archive = await fetchOnce(means, charm);
  wrench.at("charm-fetched");
  await unpack(paths, charm, archive);
  wrench.at("charm-unpacked");
  const known = await knownMembers(paths);
  if (known) await bringOver(means, known);
  wrench.at("charm-carried-over");
  await writeIdentity(paths.nextCharm, charm.url);
  await syncTree(paths.nextCharm);
  wrench.at("charm-ready");
}

async function bringOver({ paths, log }: Means, known: ReadonlySet<string>): Promise<void> {
  for (const path of await carryOver({ from: paths.charm, to: paths.nextCharm, known })) {
    log.write(
      "WARNING",
      `"${path}" stays behind with the old charm: it is no file, folder or link`,
    );
  }
}

/** An archive that is there already counts only if all of it is, and is what was promised. */
async function fetchOnce({ paths, fetch }: Means, charm: Deployment): Promise<string> {
  const file = join(paths.bundles, `${quoteUrl(charm.url)}.charm`);
  if (await isWhole(file, charm)) return file;
  await makeFolder(paths.bundles);
  await fetch(charm, file);
  return file;
}

async function unpack(paths: UnitPaths, { url }: Deployment, file: string): Promise<void> {
  const { nextCharm } = paths;
  await mkdir(nextCharm, { mode: 0o755 });
  await using archive = await openArchive(file);
  await archive.unpack(nextCharm, { revision: parseCharmUrl(url).revision ?? 0 });
  await makeFolder(paths.manifests);
  await writeFileDurably(manifestOf(paths, url), archive.members.join(separator));
}

/** A charm may have a member of that name, which may be a link; nothing is written through it. */
async function writeIdentity(folder: string, url: string): Promise<void> {
  const file = join(folder, identityFile);
  await removeTree(file);
  await writeFile(file, url, { flag: "wx" });
}

function manifestOf({ manifests }: UnitPaths, url: string): string {
  return join(manifests, quoteUrl(url));
}

/**
 * What the charm in place came with, and so nobody wrote there; undefined when there is none. If
 * the list is lost, what is there counts as written, for it is better kept twice than lost.
 */
async function knownMembers(paths: UnitPaths): Promise<ReadonlySet<string> | undefined> {
  const url = await identityOf(paths.charm);
  if (url === undefined) return undefined;
  const manifest = (await readTextIfAny(manifestOf(paths, url))) ?? "";
  return new Set([...manifest.split(separator), identityFile]);
}

async function putInPlace({ charm, nextCharm }: UnitPaths): Promise<void> {
  if (await exists(charm)) return exchangeFolders(charm, nextCharm);
  await rename(nextCharm, charm);
  await syncFolder(dirname(charm));
}

/** After the exchange the old charm lies where the new one was made ready. */
async function keepPrevious(paths: UnitPaths, { replaces }: Replaced): Promise<void> {
  const { charm, nextCharm, previousCharm } = paths;
  const isOld = (await identityOf(nextCharm)) === replaces;
  if (!isOld || (await identityOf(charm)) === replaces) return discardTree(nextCharm);
  await discardTree(previousCharm);
  await rename(nextCharm, previousCharm);
}
