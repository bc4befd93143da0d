/**
 * Packing: making an archive of a charm's folder.
 *
 * The same folder always gives the same bytes, so that what has not changed need not be sent or
 * stored again: members are in order, times are left out, and modes are one of two. Links stay
 * links. The archive is written beside its place, opened as any other would be, and only then put
 * there: what is packed can be unpacked.
 */

import { rename } from "node:fs/promises";
import { relative } from "node:path";
import { removeTree } from "#base/files.ts";
import { byText } from "#base/order.ts";
import { openArchive } from "./archive.ts";
import type { Charm } from "./charm.ts";
import { type Candidate, listFolder, readBytesOf, readCharmFolder, readTextOf } from "./folder.ts";
import { hookNames, isRunByAgent } from "./hooks.ts";
import { isIgnored, parseIgnoreRules } from "./ignore.ts";
import type { Member } from "./members.ts";
import { describeVersion } from "./version.ts";
import { type Entry, type Written, writeZip } from "./zip-writer.ts";

/** What no charm needs; `.jujuignore` may take it back in. */
const rulesBefore = [".git", ".svn", ".hg", ".bzr", ".tox", "/build/", ".jujuignore"].join("\n");

const folderMode = 0o040755;
const linkMode = 0o120777;
const fileMode = 0o100644;
const executableMode = 0o100755;

/** Packs the charm in `folder` into the zip file `output`. Throws `not valid`. */
export async function packFolder(folder: string, output: string): Promise<Written> {
  const charm = await readCharmFolder(folder);
  const scratch = `${output}.partial`;
  await removeTree(scratch);
  await using _ = { [Symbol.asyncDispose]: () => removeTree(scratch) };
  const isLeftOut = await rulesOf(folder, [output, scratch]);
  const members = await listFolder({ folder, isLeftOut });
  const hooks = hookNames(charm.metadata);
  const entries = [
    ...Array.from(members, ([path, member]) => toEntry(path, member, { folder, hooks })),
    ...(await writeAnew(folder, charm)),
  ];
  const written = await writeZip(
    scratch,
    entries.toSorted((a, b) => byText(a.path, b.path)),
  );
  const archive = await openArchive(scratch);
  await archive[Symbol.asyncDispose]();
  await rename(scratch, output);
  return written;
}

/** `.jujuignore` decides, save about what is written anew and about the archive itself. */
async function rulesOf(
  folder: string,
  outputs: readonly string[],
): Promise<(candidate: Candidate) => boolean> {
  const own = (await readTextOf(folder, ".jujuignore")) ?? "";
  const rules = parseIgnoreRules(`${rulesBefore}\n${own}`);
  const never = ["revision", "version", ...outputs.map((path) => relative(folder, path))];
  return (candidate) => never.includes(candidate.path) || isIgnored(rules, candidate);
}

interface Context {
  readonly folder: string;
  readonly hooks: ReadonlySet<string>;
}

function toEntry(path: string, member: Member, { folder, hooks }: Context): Entry {
  switch (member.kind) {
    case "folder":
      return { path, mode: folderMode };
    case "symlink":
      return { path, mode: linkMode, content: () => [Buffer.from(member.target)] };
    case "file": {
      const isExecutable = member.executable || isRunByAgent(path, hooks);
      const mode = isExecutable ? executableMode : fileMode;
      return { path, mode, content: () => readBytesOf(folder, path) };
    }
  }
}

/** The charm's revision, and what git calls this state of it, or else what the charm says itself. */
async function writeAnew(folder: string, charm: Charm): Promise<Entry[]> {
  const version = (await describeVersion(folder)) ?? charm.version;
  const texts = [["revision", `${charm.revision ?? 0}`] as const, ["version", version] as const];
  return texts
    .filter(([, text]) => text !== "")
    .map(([path, text]) => ({ path, mode: fileMode, content: () => [Buffer.from(text)] }));
}
