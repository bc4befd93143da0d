/** Zip files made by hand, down to the lies in their headers, and folders of files. */
import assert from "node:assert/strict";
import { mkdir, mkdtempDisposable, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { type Archive, openArchive } from "./archive.ts";

export interface RawMember {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** As `stat` has it, with the type. */
  readonly mode?: number;
  /** What the header says the size is, if not the truth. */
  readonly size?: number;
  readonly checksum?: number;
  /** Bit 0 is encryption. */
  readonly flags?: number;
  readonly comment?: string;
  /** 3 for Unix, 0 for DOS. */
  readonly maker?: number;
}

export const metadata = "name: wordpress\nsummary: Blogs.\ndescription: Blogs and more.\n";
export const metadataMember: RawMember = { name: "metadata.yaml", content: metadata };

export function link(name: string, target: string): RawMember {
  return { name, content: target, mode: 0o120777 };
}

/** A zip file of these members; `count` is what its end says of how many they are. */
export function zipOf(members: readonly RawMember[], count: number = members.length): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const [local, entry] = toRecords(member, offset);
    locals.push(local);
    directory.push(entry);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, listed, end]);
}

/** The member itself, and its entry in the directory. */
function toRecords(member: RawMember, offset: number): [Buffer, Buffer] {
  const { name, content = "", mode = 0o100644, flags = 0, maker = 3, comment = "" } = member;
  const bytes = Buffer.from(content);
  const packed = deflateRawSync(bytes);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(flags, 2);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(member.checksum ?? crc32(bytes), 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(member.size ?? bytes.length, 18);
  common.writeUInt16LE(Buffer.byteLength(name), 22);
  const attributes = Buffer.alloc(14);
  attributes.writeUInt16LE(comment.length, 0);
  attributes.writeUInt32LE((mode << 16) >>> 0, 6);
  attributes.writeUInt32LE(offset, 10);
  const local = [Buffer.from("PK\x03\x04"), common, Buffer.from(name), packed];
  const entry = [
    Buffer.from([0x50, 0x4b, 1, 2, 63, maker]),
    common,
    attributes,
    Buffer.from(name + comment),
  ];
  return [Buffer.concat(local), Buffer.concat(entry)];
}

/** Writes files at their paths below the folder; what starts with `-> ` becomes a link. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const place = join(folder, path);
    await mkdir(dirname(place), { recursive: true });
    if (content.startsWith("-> ")) await symlink(content.slice(3), place);
    else await writeFile(place, content);
  }
}

/** A folder that goes when it is disposed of. */
export function newCharmFolder(): ReturnType<typeof mkdtempDisposable> {
  return mkdtempDisposable(join(tmpdir(), "jumar-charm-"));
}

/** Opens an archive with these members and the metadata, and gives `use` a place to unpack it. */
export async function withArchive(
  members: readonly RawMember[],
  use: (archive: Archive, folder: string) => Promise<void>,
): Promise<void> {
  await using folder = await newCharmFolder();
  const path = join(folder.path, "x.charm");
  await writeFile(path, zipOf([metadataMember, ...members]));
  await using archive = await openArchive(path);
  await use(archive, join(folder.path, "charm"));
}

/** Asserts that an archive with these members and the metadata cannot be opened. */
export function assertRefused(members: readonly RawMember[], message: string): Promise<void> {
  const opening = withArchive(members, async () => {});
  return assert.rejects(opening, { code: "not valid", message });
}
