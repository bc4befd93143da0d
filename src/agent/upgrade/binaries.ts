/**
 * The binaries on a machine: fetched from the controller, verified, unpacked, and removed when they
 * are neither what runs nor what ran before.
 *
 * Where several machines are on one host, a binary is unpacked once, and each has links to it.
 */
import { type ExecFileException, execFile } from "node:child_process";
import { readdir, readlink, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { discardedSuffix, discardTree, exists, makeFolder, removeTree } from "#base/files.ts";
import { linkFolder, removeUnlinked } from "#base/links.ts";
import { messageOf, Problem } from "#base/problem.ts";
import { download } from "#client/transfer.ts";
import type { DesiredBinary } from "#contract/machine-agent.ts";
import { executable, unpackBundle } from "#release/bundle.ts";
import { agentPaths, binaryFolder, nameShared } from "#release/layout.ts";
import { readBinaryName } from "#release/version.ts";
import type { MachineSetting } from "../machine/setting.ts";

const run = promisify(execFile);
const selfCheckTimeoutMs = 30_000;
/** Who has unpacked a binary links to it soon afterwards. */
const linkedWithin = Temporal.Duration.from({ hours: 1 });

/**
 * Fetches and tries the binary, and changes nothing that runs. Throws `not valid` for one that is
 * not what was promised or does not run here, and what else may be in the way.
 */
export async function prepare(
  setting: MachineSetting,
  binary: DesiredBinary,
  signal: AbortSignal,
): Promise<void> {
  const { conf, layout, wrench } = setting;
  const folder = binaryFolder(layout, binary.name);
  if (!(await exists(folder))) {
    const shared = conf.binaries === "" ? undefined : join(conf.binaries, nameShared(binary));
    await obtain(setting, { binary, folder: shared ?? folder }, signal);
    if (shared !== undefined) await linkFolder(shared, folder);
  }
  wrench.at("binary-unpacked");
  await checkItself(join(folder, executable), binary, signal);
}

async function checkItself(
  program: string,
  { name }: DesiredBinary,
  signal: AbortSignal,
): Promise<void> {
  try {
    await run(program, ["self-check"], { timeout: selfCheckTimeoutMs, signal });
  } catch (error) {
    const message = `${name} does not run here: ${messageOf(error)}`;
    throw new Problem(isVerdict(error) ? "not valid" : "try again", message, { cause: error });
  }
}

/** What ended the program before it could say anything, such as a lack of memory or time, may pass. */
function isVerdict(error: unknown): boolean {
  const { code, killed, signal } = error as ExecFileException;
  if (typeof code === "number") return true;
  if (code) return isUnusable(code);
  return !killed && signal !== "SIGKILL";
}

function isUnusable(code: string): boolean {
  return code === "ENOENT" || code === "EACCES" || code === "ENOEXEC";
}

async function obtain(
  setting: MachineSetting,
  { binary, folder }: { readonly binary: DesiredBinary; readonly folder: string },
  signal: AbortSignal,
): Promise<void> {
  if (await exists(folder)) return;
  const { layout, log, wrench } = setting;
  log.write("INFO", `fetching agent binaries ${binary.name}`);
  await makeFolder(layout.downloads);
  const file = join(layout.downloads, `${binary.name}.tar.zst`);
  try {
    await fetch(setting, { binary, file }, signal);
    wrench.at("binary-fetched");
    await unpackBundle(file, binary, folder);
  } finally {
    await removeTree(layout.downloads);
  }
  log.write("INFO", `unpacked agent binaries ${binary.name} to ${folder}`);
}

async function fetch(
  { conf, link }: MachineSetting,
  { binary, file }: { readonly binary: DesiredBinary; readonly file: string },
  signal: AbortSignal,
): Promise<void> {
  const { address } = await link.connected(signal);
  const peer = { address, caCertificate: conf.caCertificate, login: undefined };
  await rm(file, { force: true });
  await download(peer, { path: `/model/${conf.model}/tools/${binary.name}`, file }, signal);
}

/** Removes what neither runs nor ran before, and what no machine of the host has any more. */
export async function removeOld({ conf, layout, clock, log }: MachineSetting): Promise<void> {
  const { current, previous } = agentPaths(layout, conf.tag);
  const kept = [await readlink(current), await readlink(previous)];
  for (const name of await readdir(layout.tools)) {
    if (name.endsWith(discardedSuffix)) await removeTree(join(layout.tools, name));
    if (!readBinaryName(name) || kept.includes(name)) continue;
    await discardTree(binaryFolder(layout, name));
    log.write("INFO", `removed agent binaries ${name}`);
  }
  if (conf.binaries !== "") await removeUnlinked(conf.binaries, clock.now().subtract(linkedWithin));
}
