/** A machine's data directory for one unit, and charms that can be fetched to it. */
import { createHash } from "node:crypto";
import {
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "#base/clock.ts";
import { logTo } from "#base/log.ts";
import { openWrench } from "#base/wrench.ts";
import { openArchive } from "#charm/archive.ts";
import { metadataMember, type RawMember, zipOf } from "#charm/testing.ts";
import { verifyFile } from "#release/bundle.ts";
import { layoutOf } from "#release/layout.ts";
import { type Deployment, deployCharm, type Means, type Replaced } from "../charm/deploy-charm.ts";
import { quoteUrl, type UnitPaths, unitPaths } from "../paths.ts";

/** What is in a folder: kinds, permissions, and contents or targets, by path. */
export type Tree = Readonly<Record<string, string>>;

export class Site implements AsyncDisposable {
  readonly folder: string;
  readonly paths: UnitPaths;
  /** The charms that have been fetched, one after the other. */
  readonly fetched: string[] = [];
  /** What the log was told. */
  readonly lines: string[] = [];

  /** One that is there already, perhaps of another process. */
  constructor(folder: string) {
    this.folder = folder;
    this.paths = unitPaths(layoutOf(folder), "unit-mysql-0");
  }

  static async make(): Promise<Site> {
    const site = new Site(await mkdtemp(join(tmpdir(), "jumar-site-")));
    await mkdir(site.paths.home, { recursive: true });
    await mkdir(join(site.folder, "store"));
    return site;
  }

  /** Makes a charm of these members that can be fetched; executable ones have a `#!`. */
  async publish(url: string, files: Readonly<Record<string, string>>): Promise<void> {
    const members = Object.entries(files).map(([name, content]) => toMember(name, content));
    await this.publishMembers(url, members);
  }

  async publishMembers(url: string, members: readonly RawMember[]): Promise<void> {
    await writeFile(this.archiveOf(url), zipOf([metadataMember, ...members]));
  }

  archiveOf(url: string): string {
    return join(this.folder, "store", `${quoteUrl(url)}.charm`);
  }

  async digestOf(url: string): Promise<Deployment> {
    const bytes = await readFile(this.archiveOf(url));
    return { url, size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
  }

  get means(): Means {
    return {
      paths: this.paths,
      wrench: openWrench(join(this.folder, "wrench")),
      log: logTo((line) => void this.lines.push(line), systemClock, "uniter"),
      fetch: (charm, file) => this.#fetch(charm, file),
    };
  }

  async #fetch(charm: Deployment, file: string): Promise<void> {
    this.fetched.push(charm.url);
    await copyFile(this.archiveOf(charm.url), file);
    await verifyFile(file, charm);
  }

  /** Deploys as an agent does that remembers `replaces`, which has settled unless `mayReturn`. */
  async deploy(url: string, replaces: string | null, mayReturn = false): Promise<void> {
    const replaced: Replaced = { replaces, mayReturn };
    await deployCharm(this.means, { ...(await this.digestOf(url)), ...replaced });
  }

  /** What a charm's folder has in it when nobody has written there. */
  async cleanTree(url: string): Promise<Tree> {
    const folder = await mkdtemp(join(this.folder, "clean-"));
    try {
      await using archive = await openArchive(this.archiveOf(url));
      await archive.unpack(folder, { revision: Number(url.slice(url.lastIndexOf("-") + 1)) });
      await writeFile(join(folder, ".juju-charm"), url);
      return await readTree(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

function toMember(name: string, content: string): RawMember {
  if (content.startsWith("-> ")) return { name, content: content.slice(3), mode: 0o120777 };
  return { name, content, mode: content.startsWith("#!") ? 0o100755 : 0o100644 };
}

export async function readTree(folder: string): Promise<Tree> {
  const tree: Record<string, string> = {};
  const read = async (path: string) => {
    for (const entry of await readdir(join(folder, path), { withFileTypes: true })) {
      const own = join(path, entry.name);
      tree[own] = await describe(join(folder, own));
      if (entry.isDirectory()) await read(own);
    }
  };
  await read("");
  return tree;
}

async function describe(place: string): Promise<string> {
  const stats = await lstat(place);
  const mode = (stats.mode & 0o7777).toString(8);
  if (stats.isSymbolicLink()) return `link to ${await readlink(place)}`;
  if (stats.isDirectory()) return `folder ${mode}`;
  if (stats.isFile()) return `file ${mode} ${await readFile(place, "latin1")}`;
  return "something else";
}
