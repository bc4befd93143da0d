/**
 * Places: links and mounts that stand where somebody else expects a folder, and whose they are.
 *
 * A place may be anywhere on a host that others use too. So one is only ever taken where nothing is,
 * is written down before it is taken, and given back only if it is still the same. A mount covers an
 * empty folder too, for that is there again afterwards.
 */
import { lstat, mkdir, readdir, readlink, rmdir, stat, symlink, unlink } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import {
  exists,
  hasCode,
  isMissing,
  parseJsonFile,
  readTextIfAny,
  writeFileDurably,
} from "./files.ts";
import { isMounted, mountFolder, unmount } from "./mounts.ts";
import { isProblem, messageOf } from "./problem.ts";

interface Note {
  readonly place: string;
  readonly target: string;
  /** The first of the folders that had to be made to get there, or empty. */
  readonly made: string;
  readonly isMount: boolean;
}

export interface Taking {
  /** The file in which it is written down whose the place is. */
  readonly note: string;
  readonly place: string;
  /** What the place is to lead to. */
  readonly target: string;
  /** Whether it is to be mounted there. Where the host does not permit that, a link leads there. */
  readonly isMount?: boolean;
}

const noteSuffix = ".place";

/** The file in `folder` that says which place is taken for `name`. */
export function noteOf(folder: string, name: string): string {
  return join(folder, `${name}${noteSuffix}`);
}

/** Takes the place, or leaves everything as it is and returns why it cannot be had. */
export async function takePlace(taking: Taking): Promise<string | undefined> {
  if (!isAbsolute(taking.place)) return `"${taking.place}" is not an absolute path`;
  const { note, target } = taking;
  const place = resolve(taking.place); // with a slash at its end, it would be what the link leads to
  if (await leadsTo(place, target)) return undefined;
  if (taking.isMount && (await mountPlace({ note, place, target }))) return undefined;
  if (await exists(place)) return `there is something else at ${place}`;
  const found = { place, target, isMount: false };
  try {
    await writeNote(note, { ...found, made: "" });
    const made = await mkdir(dirname(place), { recursive: true });
    if (made !== undefined) await writeNote(note, { ...found, made });
    await symlink(target, place);
    return undefined;
  } catch (error) {
    await leavePlace(note);
    return messageOf(error);
  }
}

/** Returns false where something else is, and where nothing can be mounted; why, a link will say. */
async function mountPlace({ note, place, target }: Taking): Promise<boolean> {
  if (await isMounted(place)) return isSameFolder(place, target);
  const before = readNote(note, (await readTextIfAny(note)) ?? "{}");
  // Since the host went down, somebody may have written to the folder that is below the mount.
  const isOurs = before.isMount && before.place === place && before.target === target;
  if (!isOurs && !(await isFree(place))) return false;
  try {
    if (!isOurs) await writeNote(note, { place, target, made: "", isMount: true });
    const made = await mkdir(place, { recursive: true });
    if (made !== undefined) await writeNote(note, { place, target, made, isMount: true });
    await mountFolder(target, place);
    return true;
  } catch {
    await leavePlace(note);
    return false;
  }
}

/** Gives the place back; one that somebody has put something else at stays as it is. */
export async function leavePlace(note: string): Promise<void> {
  const text = await readTextIfAny(note);
  if (text === undefined) return;
  const { place, target, made, isMount } = readNote(note, text);
  if (isMount && (await isOurMount(place, target))) await unmount(place);
  if (place !== "" && (await leadsTo(place, target))) await unlink(place);
  if (made !== "") await removeEmpty(isMount ? place : dirname(place), made);
  await unlink(note);
}

/** Of a folder that is gone, nobody but us has had anything there. */
async function isOurMount(place: string, target: string): Promise<boolean> {
  if (!(await isMounted(place))) return false;
  return !(await exists(target)) || isSameFolder(place, target);
}

async function isSameFolder(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([stat(one), stat(other)]);
  return first.dev === second.dev && first.ino === second.ino;
}

/** Whether nothing is there, or an empty folder. */
async function isFree(path: string): Promise<boolean> {
  if (!(await exists(path))) return true;
  return (await lstat(path)).isDirectory() && (await readdir(path)).length === 0;
}

/** Gives back every place that is written down in the folder. */
export async function leavePlaces(folder: string): Promise<void> {
  for (const note of await listNotes(folder)) await leavePlace(note);
}

/** The notes in the folder, which need not be there. */
export async function listNotes(folder: string): Promise<string[]> {
  const names = (await exists(folder)) ? await readdir(folder) : [];
  return names.filter((name) => name.endsWith(noteSuffix)).map((name) => join(folder, name));
}

/** What was damaged from outside says of no place that it is ours. */
function readNote(path: string, text: string): Note {
  try {
    const note = parseJsonFile(path, text) as Partial<Note>;
    const { place = "", target = "", made = "", isMount = false } = note;
    return { place, target, made, isMount };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { place: "", target: "", made: "", isMount: false };
  }
}

async function writeNote(path: string, note: Note): Promise<void> {
  await writeFileDurably(path, JSON.stringify(note));
}

async function leadsTo(place: string, target: string): Promise<boolean> {
  try {
    return (await lstat(place)).isSymbolicLink() && (await readlink(place)) === target;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** From `folder` up to `top`, as far as nobody has put anything there. */
async function removeEmpty(folder: string, top: string): Promise<void> {
  const isBelow = folder === top || folder.startsWith(`${top}/`);
  if (!isBelow) return;
  try {
    await rmdir(folder);
  } catch (error) {
    if (hasCode(error, "ENOTEMPTY") || hasCode(error, "EEXIST")) return;
    if (!isMissing(error)) throw error;
  }
  await removeEmpty(dirname(folder), top);
}
