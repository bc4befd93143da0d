/** Files that are whole or not there, whatever moment the machine or the process dies at. */
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import {
  chmod,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
} from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Problem } from "./problem.ts";

const privateMode = 0o600;

/** Replaces the file in one step; after that it survives a power cut. */
export async function writeFileDurably(
  path: string,
  content: string | Uint8Array,
  mode = privateMode,
): Promise<void> {
  const scratch = scratchBeside(path);
  const file = await open(scratch, "wx", mode);
  try {
    await file.writeFile(content);
    await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(scratch, path);
  await syncFolder(dirname(path));
}

/** Points the link at `target` in one step, whether or not there was a link before. */
export async function replaceLink(path: string, target: string): Promise<void> {
  const scratch = scratchBeside(path);
  await symlink(target, scratch);
  await rename(scratch, path);
  await syncFolder(dirname(path));
}

function scratchBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.tmp`);
}

/** Makes the names in a folder durable; a file's own `sync` does not. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Makes everything below a folder durable: contents first, names after. */
export async function syncTree(path: string): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) await syncTree(child);
    else if (entry.isFile()) await syncFile(child);
  }
  await syncFolder(path);
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The file's text, or undefined when there is no such file. */
export async function readTextIfAny(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether there is anything at `path`, even a link that leads nowhere. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

export function isMissing(error: unknown): boolean {
  return hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR");
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

export async function makeFolder(path: string, mode = 0o755): Promise<void> {
  await mkdir(path, { recursive: true, mode });
}

/** Even folders in which their owner had forbidden himself to write. */
export async function removeTree(path: string): Promise<void> {
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 3 });
  try {
    await remove();
  } catch (error) {
    if (!hasCode(error, "EACCES") && !hasCode(error, "EPERM")) throw error;
    await openFolders(path);
    await remove();
  }
}

/** How a folder is called that `discardTree` has not removed yet. */
export const discardedSuffix = ".discarded";

/**
 * Takes the folder out of sight in one step before it is removed, so that half of it never passes
 * for a whole one. What a crash leaves goes when the same folder is discarded again.
 */
export async function discardTree(path: string): Promise<void> {
  const leaving = `${path}${discardedSuffix}`;
  await removeTree(leaving);
  if (!(await exists(path))) return;
  await rename(path, leaving);
  await removeTree(leaving);
}

/** What was being removed may go meanwhile. */
async function openFolders(path: string): Promise<void> {
  try {
    if (!(await lstat(path)).isDirectory()) return;
    await chmod(path, 0o700);
    for (const name of await readdir(path)) await openFolders(join(path, name));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** Parses a file of ours; what is not JSON was damaged from outside, and says so with its path. */
export function parseJsonFile(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem("not valid", `cannot read ${path}: it is not JSON`, { cause: error });
  }
}
