/**
 * Zip files as others made them, perhaps with ill intent.
 *
 * Nothing that a header says is believed: the bytes are counted and summed as they are unpacked,
 * and a member that holds more than its header promised is given up at once.
 */

import { crc32 } from "node:zlib";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { isMissing } from "#base/files.ts";
import { byText } from "#base/order.ts";
import { messageOf, Problem } from "#base/problem.ts";
import { decodeUtf8 } from "#base/text.ts";
import { archiveBytesMax, membersMax, notesBytesMax } from "./bounds.ts";
import { cleanPath, kindOf, type Member } from "./members.ts";
import { notValid, shown } from "./refusal.ts";

export interface ZipMember {
  /** Clean; empty for the charm itself. */
  readonly path: string;
  readonly kind: Member["kind"];
  readonly executable: boolean;
  readonly size: number;
  readonly entry: Entry;
}

/** Those who say in which system's terms a mode is, and mean Unix: Unix itself and macOS. */
const unixMakers = [3, 19];

/** Opens the zip file. Throws `not found`, and `not valid` for what is no zip file or too large. */
export async function openZip(path: string): Promise<ZipFile> {
  const zip = await tryToOpen(path);
  const excess = excessOf(zip);
  if (excess === undefined) return zip;
  zip.close();
  throw notValid(excess);
}

async function tryToOpen(path: string): Promise<ZipFile> {
  const options = { autoClose: false, decodeStrings: false, validateEntrySizes: false };
  try {
    return await openPromise(path, options);
  } catch (error) {
    const isFileMissing = isMissing(error);
    throw new Problem(
      isFileMissing ? "not found" : "not valid",
      `cannot open charm archive ${shown(path)}: ${isFileMissing ? "no such file" : messageOf(error)}`,
      { cause: error },
    );
  }
}

function excessOf({ fileSize, entryCount }: ZipFile): string | undefined {
  if (fileSize > archiveBytesMax) {
    return `charm archive has ${fileSize} bytes, more than ${archiveBytesMax}`;
  }
  if (entryCount > membersMax) return `charm has more than ${membersMax} members`;
  return undefined;
}

/** What the zip file's directory lists, in the order of paths. Throws `not valid`. */
export async function listMembers(zip: ZipFile): Promise<ZipMember[]> {
  const members: ZipMember[] = [];
  try {
    for await (const entry of zip.eachEntry()) members.push(toMember(entry));
  } catch (error) {
    throw asProblem(error);
  }
  return members.toSorted((a, b) => byText(a.path, b.path));
}

function toMember(entry: Entry): ZipMember {
  const name = decodeText("a member's name", entry.fileNameRaw);
  const path = cleanPath(name);
  if (!entry.canDecodeFileData()) {
    throw notValid(`${shown(path)} is encrypted or compressed in an unknown way`);
  }
  if (entry.extraFieldLength + entry.fileCommentLength > notesBytesMax) {
    throw notValid(`${shown(path)} has notes of more than ${notesBytesMax} bytes`);
  }
  const isFolder = name.endsWith("/");
  if (path === "" && !isFolder) throw notValid("charm has a member without a name");
  const mode = unixMakers.includes(entry.versionMadeBy >> 8)
    ? entry.externalFileAttributes >>> 16
    : 0;
  return {
    path,
    kind: isFolder ? "folder" : kindOf(path, mode),
    executable: (mode & 0o100) !== 0,
    size: entry.uncompressedSize,
    entry,
  };
}

/** The member's bytes. Throws `not valid` when they are not what its header promised. */
export async function* contentOf(
  zip: ZipFile,
  { path, entry }: ZipMember,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  let checksum = 0;
  for await (const bytes of unpackedBytes(zip, entry)) {
    size += bytes.length;
    if (size > entry.uncompressedSize) break;
    checksum = crc32(bytes, checksum);
    yield bytes;
  }
  if (size !== entry.uncompressedSize) {
    const relation = size > entry.uncompressedSize ? "more" : "fewer";
    const promised = `the ${entry.uncompressedSize} bytes that its header promises`;
    throw notValid(`${shown(path)} unpacks to ${relation} than ${promised}`);
  }
  if (checksum !== entry.crc32) throw notValid(`${shown(path)} is damaged: its checksum is wrong`);
}

async function* unpackedBytes(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  try {
    yield* await zip.openReadStreamPromise(entry);
  } catch (error) {
    throw asProblem(error);
  }
}

/** The bytes of a small member. Throws `not valid` when it is larger than `bytesMax`. */
export async function readSmall(
  zip: ZipFile,
  member: ZipMember,
  bytesMax: number,
): Promise<Uint8Array> {
  const { path, size } = member;
  if (size > bytesMax) throw notValid(`${shown(path)} has ${size} bytes, more than ${bytesMax}`);
  return Buffer.concat(await Array.fromAsync(contentOf(zip, member)));
}

/** Throws `not valid`, with what the bytes are, when they are not UTF-8. */
export function decodeText(what: string, bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  if (text === undefined) throw notValid(`${what} is not UTF-8`);
  return text;
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return notValid(`cannot read charm archive: ${messageOf(error)}`, { cause: error });
}
