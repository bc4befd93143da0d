/** Folders: charms as their developers work on them, not packed yet. */
import { constants, type Stats } from "node:fs";
import { lstat, open, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { exists, hasCode, isMissing } from "#base/files.ts";
import { textBytesMax } from "./bounds.ts";
import { type Charm, readCharm } from "./charm.ts";
import { addMember, cleanPath, kindOf, type Member, type Members } from "./members.ts";
import { notValid, shown } from "./refusal.ts";
import { decodeText } from "./zip.ts";

export interface Candidate {
  /** Relative to the folder. */
  readonly path: string;
  readonly isFolder: boolean;
}

/** Reads the charm in a folder. Throws `not valid`, with a hint when it is yet to be built. */
export async function readCharmFolder(folder: string): Promise<Charm> {
  if (!(await exists(join(folder, "metadata.yaml")))) {
    const isSource = await exists(join(folder, "charmcraft.yaml"));
    const hint = `: charmcraft.yaml is not enough, run "charmcraft pack" and use what it makes`;
    throw notValid(`charm has no metadata.yaml${isSource ? hint : ""}`);
  }
  return readCharm({ read: (path) => readTextOf(folder, path) });
}

/** The text of a charm's file, which may not be a link; undefined when there is no such file. */
export async function readTextOf(folder: string, path: string): Promise<string | undefined> {
  try {
    await using file = await openUnlinked(join(folder, path));
    const stat = await file.stat();
    if (!stat.isFile()) throw notValid(`${shown(path)} is not a file`);
    if (stat.size > textBytesMax) {
      throw notValid(`${shown(path)} has ${stat.size} bytes, more than ${textBytesMax}`);
    }
    return decodeText(path, await file.readFile());
  } catch (error) {
    if (isMissing(error)) return undefined;
    if (hasCode(error, "ELOOP")) throw notValid(`${shown(path)} is not a file`, { cause: error });
    throw error;
  }
}

/** The bytes of a charm's file, which may not be a link. */
export async function* readBytesOf(folder: string, path: string): AsyncGenerator<Uint8Array> {
  await using file = await openUnlinked(join(folder, path));
  yield* file.createReadStream({ autoClose: false });
}

function openUnlinked(path: string): ReturnType<typeof open> {
  return open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
}

interface Walk {
  readonly folder: string;
  isLeftOut(candidate: Candidate): boolean;
}

/** All that is in the folder but what is left out. Throws `not valid` for what no charm may have. */
export async function listFolder(walk: Walk): Promise<Members> {
  const members: Members = new Map();
  await listInto(members, walk, "");
  return members;
}

async function listInto(members: Members, walk: Walk, at: string): Promise<void> {
  for (const name of await readdir(join(walk.folder, at))) {
    const path = join(at, name);
    const stat = await lstat(join(walk.folder, path));
    if (walk.isLeftOut({ path, isFolder: stat.isDirectory() })) continue;
    const member = await toMember(walk, path, stat);
    addMember(members, cleanPath(path), member);
    if (member.kind === "folder") await listInto(members, walk, path);
  }
}

async function toMember({ folder }: Walk, path: string, { mode, size }: Stats): Promise<Member> {
  const kind = kindOf(path, mode);
  switch (kind) {
    case "folder":
      return { kind };
    case "symlink":
      return { kind, target: await readlink(join(folder, path)) };
    case "file":
      return { kind, executable: (mode & constants.S_IXUSR) !== 0, size };
  }
}
