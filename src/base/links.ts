/** Folders whose files others are linked to, so that many who need the same take its room once. */
import { link, lstat, readdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { discardTree, exists, hasCode, makeFolder, removeTree, syncFolder } from "./files.ts";

/**
 * Makes the folder `to` of links to the files of `from`, which has no folders; whole or not at all.
 * Nothing is done when it is there already. Both are on one file system.
 */
export async function linkFolder(from: string, to: string): Promise<void> {
  if (await exists(to)) return;
  const scratch = `${to}.linking`;
  await removeTree(scratch);
  await makeFolder(scratch);
  for (const name of await readdir(from)) await link(join(from, name), join(scratch, name));
  await syncFolder(scratch);
  await renameFolder(scratch, to);
}

/** Gives the folder its name, unless somebody else has made that folder meanwhile. */
export async function renameFolder(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
    await syncFolder(dirname(to));
  } catch (error) {
    if (!hasCode(error, "ENOTEMPTY") && !hasCode(error, "EEXIST")) throw error;
    await removeTree(from);
  }
}

/** Removes the folders in `parent` that nobody is linked to any more, and that were there before `before`. */
export async function removeUnlinked(parent: string, before: Temporal.Instant): Promise<void> {
  for (const name of await readdir(parent)) {
    const folder = join(parent, name);
    if (await isUnlinked(folder, before.epochMilliseconds)) await discardTree(folder);
  }
}

async function isUnlinked(folder: string, before: number): Promise<boolean> {
  const { mtimeMs } = await lstat(folder);
  if (mtimeMs >= before) return false;
  for (const name of await readdir(folder)) {
    const { nlink } = await lstat(join(folder, name));
    if (nlink > 1) return false;
  }
  return true;
}
