/** What the local cloud keeps of data that outlives machines, and what machines leave on the host. */
import { readdir, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { exists, makeFolder, syncFolder, writeFileDurably } from "#base/files.ts";
import { unmountBelow } from "#base/mounts.ts";
import { leavePlaces } from "#base/places.ts";
import { Problem } from "#base/problem.ts";
import type { FilesystemKey, Filesystems } from "../provider.ts";

/** A file beside a folder whose data is nobody's business any more. */
const releasedSuffix = ".released";

/** `discard` takes a folder away in one step. */
export function localFilesystems(
  root: string,
  discard: (folder: string) => Promise<void>,
): Filesystems {
  return {
    async makeFilesystem(key) {
      const folder = filesystemOf(root, key);
      await makeFolder(folder);
      await syncFolder(dirname(folder));
      return folder;
    },

    async removeFilesystem(key) {
      const folder = filesystemOf(root, key);
      await discard(folder);
      await removeIfEmpty(dirname(folder));
    },

    async releaseFilesystem(key) {
      const folder = filesystemOf(root, key);
      if (await exists(folder)) await writeFileDurably(`${folder}${releasedSuffix}`, "");
    },

    async removeFilesystems(controller) {
      const all = storageOf(root, controller);
      for (const model of await namesIn(all)) {
        const names = await namesIn(join(all, model));
        for (const name of names) {
          const isKept = name.endsWith(releasedSuffix) || names.includes(name + releasedSuffix);
          if (!isKept) await discard(join(all, model, name));
        }
        await removeIfEmpty(join(all, model));
      }
      await removeIfEmpty(all);
    },
  };
}

async function namesIn(folder: string): Promise<string[]> {
  return (await exists(folder)) ? readdir(folder) : [];
}

async function removeIfEmpty(folder: string): Promise<void> {
  if ((await exists(folder)) && (await readdir(folder)).length === 0) await rmdir(folder);
}

/** The folder of one filesystem. */
function filesystemOf(root: string, { controller, model, filesystem }: FilesystemKey) {
  return join(storageOf(root, controller), checkName(model), checkName(filesystem));
}

/** The folder of everything that a controller has. */
function storageOf(root: string, controller: string): string {
  return join(root, "storage", checkName(controller));
}

/** Names become parts of a path, and must not lead elsewhere. */
function checkName(name: string): string {
  if (/^[A-Za-z0-9-]+$/.test(name)) return name;
  throw new Problem("not valid", `invalid name of storage "${name}"`);
}

/**
 * Gives back what agents of a machine that is stopped have taken of the host: memory that is mounted
 * in its folder, and links from elsewhere to it and to the storage of its units.
 */
export async function leaveHost(folder: string): Promise<void> {
  if (!(await exists(folder))) return;
  await unmountBelow(folder);
  await leavePlaces(join(folder, "places"));
  const agents = join(folder, "agents");
  for (const tag of await namesIn(agents)) await leavePlaces(join(agents, tag, "storage"));
}
