/**
 * The cookies of a controller, of which there are never any: Jumar logs in with passwords.
 *
 * python-libjuju reads the file before it connects, and fails where there is none.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { exists, makeFolder, writeFileDurably } from "#base/files.ts";

/** What another client of Juju has put there stays. */
export async function ensureCookies(folder: string, controller: string): Promise<void> {
  const path = pathOf(folder, controller);
  if (await exists(path)) return;
  await makeFolder(join(folder, "cookies"), 0o700);
  await writeFileDurably(path, "[]\n");
}

export async function removeCookies(folder: string, controller: string): Promise<void> {
  await rm(pathOf(folder, controller), { force: true });
}

function pathOf(folder: string, controller: string): string {
  return join(folder, "cookies", `${encodeURIComponent(controller)}.json`);
}
