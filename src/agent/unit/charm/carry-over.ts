/**
 * Carrying over: what a charm's hooks have written into their folder goes along to the next charm.
 *
 * What the old charm came with stays behind, even where a hook has changed it, and what the new
 * charm comes with itself is the new charm's. Links are brought over as links; nothing is read
 * through them or written through them. Sockets and pipes belong to processes and stay behind.
 */
import { constants, type Dirent, type Stats } from "node:fs";
import {
  chmod,
  copyFile,
  lchown,
  lstat,
  mkdir,
  readdir,
  readlink,
  symlink,
  utimes,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { exists, hasCode } from "#base/files.ts";

const permissions = 0o7777;
/** Of folders while they are filled; then they get those of the old ones. */
const privateMode = 0o700;

export interface Carriage {
  readonly from: string;
  readonly to: string;
  /** What the old charm came with, relative to its folder. */
  readonly known: ReadonlySet<string>;
}

interface Move extends Carriage {
  /** Folders that were made on the way, outer ones first. */
  readonly made: string[];
  readonly left: string[];
}

/** Returns what stayed behind though a hook had made it. */
export async function carryOver(carriage: Carriage): Promise<readonly string[]> {
  const move: Move = { ...carriage, made: [], left: [] };
  await carryFolder(move, ".");
  for (const folder of move.made.toReversed()) await makeLike(move, folder);
  return move.left;
}

async function carryFolder(move: Move, folder: string): Promise<void> {
  const isWritten = folder !== "." && !move.known.has(folder);
  if (isWritten && (await hasRoom(move, folder))) await makeFolders(move, folder);
  for (const entry of await readdir(join(move.from, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await carryFolder(move, path);
    else if (!isContent(entry)) move.left.push(path);
    else if (!move.known.has(path)) await carryFile(move, path);
  }
}

function isContent(entry: Dirent): boolean {
  return entry.isFile() || entry.isSymbolicLink();
}

async function carryFile(move: Move, path: string): Promise<void> {
  if (!(await hasRoom(move, path))) return;
  await makeFolders(move, dirname(path));
  const [from, to] = [join(move.from, path), join(move.to, path)];
  if ((await lstat(from)).isSymbolicLink()) await symlink(await readlink(from), to);
  else await copyFile(from, to, constants.COPYFILE_FICLONE);
  await makeLike(move, path);
}

/** The folder, and those above it, as far as the new charm has none. */
async function makeFolders(move: Move, folder: string): Promise<void> {
  if (folder === "." || (await exists(join(move.to, folder)))) return;
  await makeFolders(move, dirname(folder));
  await mkdir(join(move.to, folder), privateMode);
  move.made.push(folder);
}

/** Gives it the owner, the permissions and the times; links have no permissions of their own. */
async function makeLike({ from, to }: Carriage, path: string): Promise<void> {
  const place = join(to, path);
  const like = await lstat(join(from, path));
  await giveOwner(place, like);
  if (like.isSymbolicLink()) return;
  await chmod(place, like.mode & permissions);
  await utimes(place, like.atime, like.mtime);
}

/** Who is not root may give nothing away. */
async function giveOwner(place: string, { uid, gid }: Stats): Promise<void> {
  try {
    await lchown(place, uid, gid);
  } catch (error) {
    if (!hasCode(error, "EPERM")) throw error;
  }
}

/** Whether nothing of the new charm is there, or where a folder above it would have to be. */
async function hasRoom({ to }: Carriage, path: string): Promise<boolean> {
  if (await exists(join(to, path))) return false;
  for (let above = dirname(path); above !== "."; above = dirname(above)) {
    const there = join(to, above);
    if ((await exists(there)) && !(await lstat(there)).isDirectory()) return false;
  }
  return true;
}
