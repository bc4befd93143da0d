/**
 * Archives: charms packed into a zip file, as they are uploaded, stored and sent to machines.
 *
 * Opening an archive checks all that can be known without unpacking it: names, links, sizes and
 * the charm's own files. Unpacking creates files and folders first and links last, in a folder
 * that was empty, so that it never writes through a link, and so never outside.
 */

import { chmod, mkdir, open, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { ZipFile } from "yauzl";
import { makeFolder } from "#base/files.ts";
import { byText } from "#base/order.ts";
import { pathBytesMax, textBytesMax } from "./bounds.ts";
import { type Charm, readCharm } from "./charm.ts";
import { hookNames, isRunByAgent } from "./hooks.ts";
import { addMember, checkLinks, checkSizes, type Member, type Members } from "./members.ts";
import { notValid, shown } from "./refusal.ts";
import { contentOf, decodeText, listMembers, openZip, readSmall, type ZipMember } from "./zip.ts";

/** An agent always writes this file itself. */
const revisionPath = "revision";

const folderMode = 0o755;
const fileMode = 0o644;
const executableMode = 0o755;

/** Opens and checks a charm's archive. Throws `not valid`, and `not found` when there is none. */
export async function openArchive(path: string): Promise<Archive> {
  using opened = new DisposableStack();
  const zip = opened.adopt(await openZip(path), (owned) => owned.close());
  const listed = await listMembers(zip);
  const members = await toMembers(zip, listed);
  checkLinks(members);
  checkSizes(members, zip.fileSize);
  const sources = new Map(listed.map((member) => [member.path, member]));
  const charm = await readCharm({ read: (file) => readText(zip, sources.get(file)) });
  return new Archive({ zip, opened: opened.move(), members, sources, charm });
}

interface Contents {
  readonly zip: ZipFile;
  readonly opened: DisposableStack;
  readonly members: Members;
  /** Where in the zip file the members are; it has none for `revision` and for some folders. */
  readonly sources: ReadonlyMap<string, ZipMember>;
  readonly charm: Charm;
}

/** An open archive, which has passed every check. */
export class Archive {
  readonly charm: Charm;
  /** The paths of all that unpacking creates, folders and `revision` included, in order. */
  readonly members: readonly string[];
  readonly #contents: Contents;

  constructor(contents: Contents) {
    this.charm = contents.charm;
    this.members = Array.from(contents.members.keys()).toSorted(byText);
    this.#contents = contents;
  }

  /**
   * Reads everything once, so that nobody who gets the archive from here finds out too late. Throws
   * `not valid` when a member is not what the archive says it is.
   */
  async verify(): Promise<void> {
    const { zip, sources } = this.#contents;
    for (const source of sources.values()) {
      if (source.kind !== "file") continue;
      for await (const _ of contentOf(zip, source));
    }
  }

  /** The bytes of a file in it; undefined where there is none. Throws `not valid` as `verify` does. */
  content(path: string): AsyncIterable<Uint8Array> | undefined {
    const { zip, sources } = this.#contents;
    const source = sources.get(path);
    return source?.kind === "file" ? contentOf(zip, source) : undefined;
  }

  /**
   * Unpacks the charm into an empty folder, with its revision in `revision`. Throws `not valid`
   * when a member is not what the archive says it is; what is in the folder then is of no use.
   */
  async unpack(folder: string, { revision }: { readonly revision: number }): Promise<void> {
    await makeFolder(folder);
    const [stray] = await readdir(folder);
    if (stray !== undefined) {
      throw notValid(`cannot unpack charm into ${shown(folder)}: it has ${shown(stray)} in it`);
    }
    const { members } = this.#contents;
    for (const [path, member] of members) {
      if (member.kind === "folder") await createFolder(join(folder, path));
    }
    await this.#unpackFiles(folder);
    await createFile(join(folder, revisionPath), fileMode, `${revision}`);
    for (const [path, member] of members) {
      if (member.kind === "symlink") await symlink(member.target, join(folder, path));
    }
  }

  async #unpackFiles(folder: string): Promise<void> {
    const { zip, sources, charm } = this.#contents;
    const hooks = hookNames(charm.metadata);
    for (const source of sources.values()) {
      if (source.kind !== "file" || source.path === revisionPath) continue;
      const isExecutable = source.executable || isRunByAgent(source.path, hooks);
      const mode = isExecutable ? executableMode : fileMode;
      await createFile(join(folder, source.path), mode, contentOf(zip, source));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#contents.opened.dispose();
  }
}

/** The members as a tree, which always has a file for the revision. */
async function toMembers(zip: ZipFile, listed: readonly ZipMember[]): Promise<Members> {
  const members: Members = new Map();
  for (const source of listed) {
    if (source.path !== "") addMember(members, source.path, await toMember(zip, source));
  }
  const revision = members.get(revisionPath);
  if (revision === undefined) {
    addMember(members, revisionPath, { kind: "file", executable: false, size: 0 });
  } else if (revision.kind !== "file") {
    throw notValid(`${shown(revisionPath)} is not a file`);
  }
  return members;
}

async function toMember(zip: ZipFile, source: ZipMember): Promise<Member> {
  const { path, kind, executable, size } = source;
  switch (kind) {
    case "folder":
      return { kind };
    case "symlink": {
      const target = await readSmall(zip, source, pathBytesMax);
      return { kind, target: decodeText(`target of symlink ${shown(path)}`, target) };
    }
    case "file":
      return { kind, executable, size };
  }
}

async function readText(zip: ZipFile, source: ZipMember | undefined): Promise<string | undefined> {
  if (source === undefined) return undefined;
  if (source.kind !== "file") throw notValid(`${shown(source.path)} is not a file`);
  return decodeText(source.path, await readSmall(zip, source, textBytesMax));
}

async function createFolder(path: string): Promise<void> {
  await mkdir(path, folderMode);
  await chmod(path, folderMode);
}

/** Creates a file that was not there; `chmod` gives it its mode whatever the umask is. */
async function createFile(
  path: string,
  mode: number,
  content: string | AsyncIterable<Uint8Array>,
): Promise<void> {
  await using file = await open(path, "wx", mode);
  await file.writeFile(content);
  await file.chmod(mode);
}
