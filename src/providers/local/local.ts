/**
 * The local cloud: each machine is a tree of processes on this very host, with a folder of its own.
 *
 * It is for trying and testing, and isolates nothing: charms run as whoever runs the controller,
 * on the host's own system, whatever base they ask for. Each machine has an address of its own on
 * loopback, so that workloads on two machines may use the same port. It needs no root, and a
 * machine outlives the controller and the command that started it.
 *
 *     ROOT/agent-binaries/NAME/     each binary once, with links from every machine that runs it
 *     ROOT/addresses/127.x.y.z      who has the address; made and taken in one step
 *     ROOT/machines/ID/             a machine's data directory
 *     ROOT/storage/CONTROLLER/MODEL/ID/   data that outlives machines
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  exists,
  makeFolder,
  parseJsonFile,
  readTextIfAny,
  removeTree,
  replaceLink,
  writeFileDurably,
} from "#base/files.ts";
import { closeInherited } from "#base/inherited.ts";
import { linkFolder } from "#base/links.ts";
import { isProblem, Problem } from "#base/problem.ts";
import { Turns } from "#base/turns.ts";
import type { Instance, InstanceKey, Provider, StartUp } from "../provider.ts";
import { claimAddress, findHeld } from "./addresses.ts";
import { formatHardware, type Host, lookAtHost, refuseUnmet } from "./host.ts";
import { hostOf, pathOf } from "./own-host.ts";
import {
  endProcesses,
  findRunning,
  instanceVariable,
  isRunning,
  launcherName,
} from "./processes.ts";
import { leaveHost, localFilesystems } from "./storage.ts";

/** As agents write into their logs what they end of. */
const lastWordsPattern = / CRITICAL \S+ agent \S+ ends: (?:\w*(?:Error|Problem): )?(.*)$/gm;
/** A file in the folder of an instance that is being stopped. */
const stoppingName = "stopping";
/** Of logs, of files that a machine begins with, and of the locks beside them, which others could hold. */
const privateFolder = 0o700;
/** What charms start as other users comes by here, to their charm and their storage, and sees nothing. */
const passedFolder = 0o711;

interface Record {
  readonly id: string;
  readonly key: InstanceKey;
  readonly tag: string;
  readonly address: string;
}

/** The local cloud that keeps everything below `root`. */
export function openLocal(root: string): Provider {
  const turns = new Turns();
  return {
    ...localFilesystems(root, (folder) => discard(root, folder)),

    async start(key, startUp) {
      refuseColon(root);
      await makeFolder(root, passedFolder);
      const host = await lookAtHost(root);
      refuseUnmet(startUp.constraints ?? {}, host);
      const record = await claim(root, key, startUp.tag);
      const folder = folderOf(root, record.id);
      if (await isStopping(folder)) {
        throw new Problem("try again", `instance "${record.id}" is being stopped`);
      }
      if (!(await isRunning(folder))) {
        const shared = join(root, "agent-binaries", startUp.sharedBinary);
        await turns.take(shared, () => unpackOnce(startUp, shared));
        await furnish(root, record, startUp);
        await launch(root, record);
      }
      return toInstance(record, { isRunning: true, host });
    },

    async resume(instanceId) {
      const record = await readRecord(root, instanceId);
      const folder = folderOf(root, instanceId);
      if (record === undefined || (await isStopping(folder))) return;
      if (!(await isRunning(folder))) await launch(root, record);
    },

    async stop(instanceId, signal) {
      const folder = folderOf(root, instanceId);
      const record = await findReadable(root, instanceId);
      if (await exists(folder)) await writeFile(join(folder, stoppingName), "");
      await endProcesses(folder, signal);
      await leaveHost(folder);
      await discard(root, folder);
      await endProcesses(folder, signal); // what somebody was starting again when it was marked
      const address = record?.address ?? (await findHeld(join(root, "addresses"), instanceId));
      if (address) await rm(join(root, "addresses", address), { force: true });
      await discard(root, folder); // with what they have written meanwhile
    },

    async list(controller, model) {
      const records = await listRecords(root);
      const wanted = records.filter(
        ({ key }) => key.controller === controller && (model === undefined || key.model === model),
      );
      if (wanted.length === 0) return [];
      const [running, host] = [await findRunning(), await lookAtHost(root)];
      return wanted.map((record) => {
        const isUp = running.has(folderOf(root, record.id));
        return toInstance(record, { isRunning: isUp, host });
      });
    },

    async findLastWords(instanceId) {
      const record = await readRecord(root, instanceId);
      if (record === undefined) return undefined;
      const path = join(folderOf(root, instanceId), "log", `${record.tag}.log`);
      const deaths = [...((await readTextIfAny(path)) ?? "").matchAll(lastWordsPattern)];
      return deaths.at(-1)?.[1];
    },
  };
}

/** Nobody starts what is on its way out. */
async function isStopping(folder: string): Promise<boolean> {
  return exists(join(folder, stoppingName));
}

function folderOf(root: string, id: string): string {
  if (!/^[a-z0-9-]+$/.test(id)) throw new Problem("not valid", `invalid instance id "${id}"`);
  return join(root, "machines", id);
}

/** The folder of a charm's tools is a part of its PATH, which a colon would divide. */
function refuseColon(root: string): void {
  if (!root.includes(":")) return;
  const reason = "no folder with a colon in its path can be in a PATH";
  throw new Problem("not valid", `cannot keep machines in "${root}": ${reason}`);
}

/** The key's record: the one that there is, or a new one with an address of its own. */
async function claim(root: string, key: InstanceKey, tag: string): Promise<Record> {
  const id = `juju-${key.model.replaceAll("-", "").slice(-8)}-${key.machine.replaceAll("/", "-")}`;
  const present = await readRecord(root, id);
  if (present && isSameKey(present.key, key)) return present;
  if (present) {
    throw new Problem("already exists", `instance "${id}" belongs to another controller's machine`);
  }
  const record = { id, key, tag, address: await claimAddress(root, id) };
  const folder = folderOf(root, id);
  await makeFolder(folder, passedFolder);
  await writeFileDurably(join(folder, "instance.json"), JSON.stringify(record, undefined, 2));
  return record;
}

function isSameKey(a: InstanceKey, b: InstanceKey): boolean {
  return a.controller === b.controller && a.model === b.model && a.machine === b.machine;
}

/** As unpacking takes a while, many machines that start together wait for the first. */
async function unpackOnce(startUp: StartUp, shared: string): Promise<void> {
  if (await exists(shared)) return;
  await makeFolder(dirname(shared));
  await startUp.unpackBinary(shared);
}

async function furnish(
  root: string,
  { id, tag, address }: Record,
  startUp: StartUp,
): Promise<void> {
  const folder = folderOf(root, id);
  const binaries = join(root, "agent-binaries");
  const shared = join(binaries, startUp.sharedBinary);
  await makeFolder(join(folder, "tools"));
  await linkFolder(shared, join(folder, "tools", startUp.binary));
  await replaceLink(join(folder, "tools", tag), startUp.binary);
  await replaceLink(join(folder, "tools", `previous-${tag}`), startUp.binary);
  const launcher = await readFile(join(shared, launcherName), "utf8");
  await writeFileDurably(join(folder, launcherName), launcher, 0o755);
  await makeFolder(join(folder, "log"), privateFolder);
  await makeFolder(join(folder, "agents"));
  const place = { addresses: [address], binaries, host: hostOf(root) };
  for (const { path, mode, content } of startUp.files(place)) {
    await makeFolder(dirname(join(folder, path)), privateFolder);
    await writeFileDurably(join(folder, path), content, mode);
  }
}

/** Starts the launcher so that it outlives whoever starts it. */
async function launch(root: string, { id, tag }: Record): Promise<void> {
  const folder = folderOf(root, id);
  closeInherited();
  const output = await open(join(folder, "log", "launcher.log"), "a");
  try {
    const launcher = spawn(join(folder, launcherName), [folder, tag], {
      cwd: folder,
      detached: true,
      env: { PATH: await pathOf(root), LANG: "C.UTF-8", [instanceVariable]: folder },
      stdio: ["ignore", output.fd, output.fd],
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    launcher.once("spawn", resolve);
    launcher.once("error", reject);
    await promise;
    launcher.unref();
  } finally {
    await output.close();
  }
}

/** Takes the folder out of sight in one step, and then away, with what a crash has left there. */
async function discard(root: string, folder: string): Promise<void> {
  const trash = join(root, "trash");
  await makeFolder(trash);
  if (await exists(folder)) await rename(folder, join(trash, randomUUID()));
  for (const name of await readdir(trash)) await removeTree(join(trash, name));
}

async function readRecord(root: string, id: string): Promise<Record | undefined> {
  const path = join(folderOf(root, id), "instance.json");
  const text = await readTextIfAny(path);
  if (text === undefined) return undefined;
  const record = parseJsonFile(path, text) as Record | null;
  if (record?.id === id && record.key && record.tag && record.address) return record;
  throw new Problem("not valid", `${path} is not the record of instance ${id}`);
}

/** What is wrong with one record is no other machine's concern; who asks for that one is told. */
async function findReadable(root: string, id: string): Promise<Record | undefined> {
  return readRecord(root, id).catch((error: unknown) => {
    if (isProblem(error, "not valid")) return undefined;
    throw error;
  });
}

async function listRecords(root: string): Promise<Record[]> {
  const machines = join(root, "machines");
  const ids = (await exists(machines)) ? await readdir(machines) : [];
  const records = await Promise.all(ids.map((id) => findReadable(root, id)));
  return records.filter((record) => record !== undefined);
}

function toInstance(
  { id, key, address }: Record,
  { isRunning: isUp, host }: { readonly isRunning: boolean; readonly host: Host },
): Instance {
  return { id, key, addresses: [address], hardware: formatHardware(host), isRunning: isUp };
}
