/**
 * Members: the files, folders and links that a charm consists of.
 *
 * Whatever the source, a folder or an archive, they must form a tree that stays within itself:
 * every name is relative, nothing lies below what is not a folder, and no link leads out, not
 * even by way of another link. So a charm can be unpacked, copied and removed without surprises.
 */
import { dirname, join } from "node:path/posix";
import {
  fileBytesMax,
  membersMax,
  namePartBytesMax,
  pathBytesMax,
  unpackedBytesFree,
  unpackedBytesMax,
  unpackedRatioMax,
} from "./bounds.ts";
import { notValid, shown } from "./refusal.ts";

/** Executable is what its owner may execute. */
export type Member =
  | { readonly kind: "file"; readonly executable: boolean; readonly size: number }
  | { readonly kind: "folder" }
  | { readonly kind: "symlink"; readonly target: string };

/** Members by their clean paths; a folder comes before what lies in it. */
export type Members = Map<string, Member>;

/** What `stat` and zip files have in the upper bits of a mode. */
const typeMask = 0o170000;
const kindByType: ReadonlyMap<number, Member["kind"]> = new Map([
  [0, "file"],
  [0o100000, "file"],
  [0o040000, "folder"],
  [0o120000, "symlink"],
]);
const strangeTypes: ReadonlyMap<number, string> = new Map([
  [0o010000, "file is a named pipe"],
  [0o140000, "file is a socket"],
  [0o020000, "file is a device"],
  [0o060000, "file is a device"],
]);

/** What kind of member the mode says it is. Throws `not valid` for pipes, sockets and devices. */
export function kindOf(path: string, mode: number): Member["kind"] {
  const type = mode & typeMask;
  const kind = kindByType.get(type);
  if (kind !== undefined) return kind;
  throw notValid(`${strangeTypes.get(type) ?? "unknown file type"}: ${shown(path)}`);
}

/**
 * The path without empty parts and dots; empty for the charm itself. Throws `not valid` for names
 * that lead out of the charm or that no file system takes.
 */
export function cleanPath(name: string): string {
  const parts = name.split("/");
  if (name.startsWith("/") || parts.includes("..")) {
    throw notValid(`${shown(name)} leads out of the charm`);
  }
  if (name.includes("\0")) throw notValid(`${shown(name)} has a zero byte in its name`);
  if (Buffer.byteLength(name) > pathBytesMax) {
    throw notValid(`${shown(name)} is longer than ${pathBytesMax} bytes`);
  }
  if (parts.some((part) => Buffer.byteLength(part) > namePartBytesMax)) {
    throw notValid(`${shown(name)} has a part that is longer than ${namePartBytesMax} bytes`);
  }
  return parts.filter((part) => part !== "" && part !== ".").join("/");
}

/** Adds a member at a clean path, and the folders that it lies in. Throws `not valid`. */
export function addMember(members: Members, path: string, member: Member): void {
  addParents(members, path);
  const present = members.get(path);
  if (present !== undefined && !(isFolder(present) && isFolder(member))) {
    throw notValid(`${shown(path)} occurs more than once`);
  }
  members.set(path, member);
  if (members.size > membersMax) throw notValid(`charm has more than ${membersMax} members`);
}

function addParents(members: Members, path: string): void {
  const parent = dirname(path);
  if (parent === ".") return;
  const present = members.get(parent);
  if (present === undefined) addMember(members, parent, { kind: "folder" });
  else if (!isFolder(present)) {
    throw notValid(`${shown(path)} lies below ${shown(parent)}, which is not a folder`);
  }
}

function isFolder({ kind }: Member): boolean {
  return kind === "folder";
}

/** Throws `not valid` unless every link leads to a place within the charm. */
export function checkLinks(members: Members): void {
  for (const [path, member] of members) {
    if (member.kind === "symlink") checkLink(members, path, member.target);
  }
}

function checkLink(members: Members, path: string, target: string): void {
  if (target.startsWith("/")) {
    throw notValid(`symlink ${shown(path)} is absolute: ${shown(target)}`);
  }
  if (target === "" || target.includes("\0") || Buffer.byteLength(target) > pathBytesMax) {
    throw notValid(`symlink ${shown(path)} has an impossible target: ${shown(target)}`);
  }
  const end = join(dirname(path), target);
  if (end === ".." || end.startsWith("../")) {
    throw notValid(`symlink ${shown(path)} links out of charm: ${shown(target)}`);
  }
  if (climbsFromLink(members, path, target)) {
    throw notValid(`symlink ${shown(path)} goes up from another symlink: ${shown(target)}`);
  }
}

/** Whether `..` follows the name of a link, where it means the parent of wherever that leads. */
function climbsFromLink(members: Members, path: string, target: string): boolean {
  let at = dirname(path);
  let isBeyondLink = false;
  for (const part of target.split("/")) {
    if (part === ".." && isBeyondLink) return true;
    at = join(at, part);
    isBeyondLink ||= members.get(at)?.kind === "symlink";
  }
  return false;
}

/** Throws `not valid` when the charm is too large, or too large for an archive of that size. */
export function checkSizes(members: Members, archiveBytes: number): void {
  let total = 0;
  for (const [path, member] of members) {
    const size = member.kind === "file" ? member.size : 0;
    if (size > fileBytesMax) {
      throw notValid(`${shown(path)} has ${size} bytes, more than ${fileBytesMax}`);
    }
    total += size;
  }
  if (total > unpackedBytesMax) {
    throw notValid(`charm unpacks to ${total} bytes, more than ${unpackedBytesMax}`);
  }
  if (total > Math.max(unpackedBytesFree, unpackedRatioMax * archiveBytes)) {
    throw notValid(
      `charm unpacks to ${total} bytes, more than ${unpackedRatioMax} times its archive`,
    );
  }
}
