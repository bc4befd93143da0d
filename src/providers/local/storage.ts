/** What the local cloud keeps of data that outlives machines, and what machines leave on the host. */
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { exists, makeFolder, syncFolder } from "#base/files.ts";
import { unmountBelow } from "#base/mounts.ts";
import { leavePlaces } from "#base/places.ts";
import { Problem } from "#base/problem.ts";
import type { FilesystemKey, Filesystems } from "../provider.ts";

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
    removeFilesystem: (key) => discard(filesystemOf(root, key)),
    removeFilesystems: (controller) => discard(storageOf(root, controller)),
  };
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
 * in its folder, and links from elsewhere to the storage of its units.
 */
export async function leaveHost(folder: string): Promise<void> {
  if (!(await exists(folder))) return;
  await unmountBelow(folder);
  const agents = join(folder, "agents");
  const tags = (await exists(agents)) ? await readdir(agents) : [];
  for (const tag of tags) await leavePlaces(join(agents, tag, "storage"));
}
