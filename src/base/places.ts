/**
 * Places: links that stand where somebody else expects a folder, and whose they are.
 *
 * A place may be anywhere on a host that others use too. So one is only ever taken where nothing is,
 * is written down before it is taken, and given back only if it is still the same link.
 */
import { lstat, mkdir, readdir, readlink, rmdir, symlink, unlink } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import {
  exists,
  hasCode,
  isMissing,
  parseJsonFile,
  readTextIfAny,
  writeFileDurably,
} from "./files.ts";
import { isProblem, messageOf } from "./problem.ts";

interface Note {
  readonly place: string;
  readonly target: string;
  /** The first of the folders that had to be made to get there, or empty. */
  readonly made: string;
}

export interface Taking {
  /** The file in which it is written down whose the place is. */
  readonly note: string;
  readonly place: string;
  /** What the place is to lead to. */
  readonly target: string;
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
  if (await exists(place)) return `there is something else at ${place}`;
  try {
    await writeNote(note, { place, target, made: "" });
    const made = await mkdir(dirname(place), { recursive: true });
    if (made !== undefined) await writeNote(note, { place, target, made });
    await symlink(target, place);
    return undefined;
  } catch (error) {
    await leavePlace(note);
    return messageOf(error);
  }
}

/** Gives the place back; one that somebody has put something else at stays as it is. */
export async function leavePlace(note: string): Promise<void> {
  const text = await readTextIfAny(note);
  if (text === undefined) return;
  const { place, target, made } = readNote(note, text);
  if (place !== "" && (await leadsTo(place, target))) await unlink(place);
  if (made !== "") await removeEmpty(dirname(place), made);
  await unlink(note);
}

/** Gives back every place that is written down in the folder. */
export async function leavePlaces(folder: string): Promise<void> {
  const names = (await exists(folder)) ? await readdir(folder) : [];
  for (const name of names.filter((each) => each.endsWith(noteSuffix))) {
    await leavePlace(join(folder, name));
  }
}

/** What was damaged from outside says of no place that it is ours. */
function readNote(path: string, text: string): Note {
  try {
    const { place = "", target = "", made = "" } = parseJsonFile(path, text) as Partial<Note>;
    return { place, target, made };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { place: "", target: "", made: "" };
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
