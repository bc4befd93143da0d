/** Mounts: memory and folders that lie at a path of a host as well, which only root may put there. */
import { execFile } from "node:child_process";
import { readFile, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { isMissing } from "./files.ts";
import { Problem } from "./problem.ts";

const commandMs = 30_000;

/** Every path at or below `folder` at which something is mounted, the last one first. */
async function listMounts(path: string): Promise<string[]> {
  const folder = await realPathOf(path);
  const table = await readFile("/proc/self/mountinfo", "utf8");
  const points = table.split("\n").map((line) => readPath(line.split(" ")[4] ?? ""));
  return points.filter((each) => each === folder || each.startsWith(`${folder}/`)).reverse();
}

/** Spaces and the like are written as octal numbers there. */
function readPath(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(parseInt(digits, 8)));
}

/** As mounts are listed: behind the links on the way there, though it may be one itself. */
async function realPathOf(path: string): Promise<string> {
  try {
    return join(await realpath(dirname(path)), basename(path));
  } catch (error) {
    if (isMissing(error)) return path;
    throw error;
  }
}

/** Mounts memory of that size at the folder, unless it is there. Throws `not supported`. */
export async function mountMemory(folder: string, sizeMib: number): Promise<void> {
  if (await isMounted(folder)) return;
  await run("mount", ["-t", "tmpfs", "-o", `size=${sizeMib}m,mode=0755`, "tmpfs", folder]);
}

/** Lets the folder lie at `place` as well, which is a folder. Throws `not supported`. */
export async function mountFolder(folder: string, place: string): Promise<void> {
  await run("mount", ["--bind", folder, place]);
}

export async function isMounted(place: string): Promise<boolean> {
  return (await listMounts(place)).includes(await realPathOf(place));
}

/** Lets go of what was mounted there last; what is in use goes when it is not. */
export async function unmount(place: string): Promise<void> {
  await run("umount", ["--lazy", place]);
}

/** Lets go of whatever is mounted at the folder and below; what is in use goes when it is not. */
export async function unmountBelow(folder: string): Promise<void> {
  for (const point of await listMounts(folder)) await unmount(point);
}

async function run(command: string, args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(command, [...args], { timeout: commandMs });
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    const reason = said.split("\n")[0] || String(error);
    throw new Problem("not supported", reason, { cause: error });
  }
}
