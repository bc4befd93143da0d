/**
 * Resources on a unit: each lies in `resources/NAME/FILE` of the unit's folder, whole or not at all.
 *
 * What is there counts only if it has the bytes that the controller says the resource has now, and
 * so nobody has to remember what was fetched: neither an agent that died in the middle nor a hook
 * that wrote to the file leads to wrong bytes.
 */
import { chmod, lstat, open, readdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeFolder, removeTree, syncFolder } from "#base/files.ts";
import { isProblem } from "#base/problem.ts";
import type { Wrench } from "#base/wrench.ts";
import { type Digest, verifyFile } from "#release/bundle.ts";
import type { ControllerView } from "../controller-view.ts";
import type { UnitPaths } from "../paths.ts";
import { isWhole } from "./verified-file.ts";

/** Charms let other users read what they were given. */
const fileMode = 0o644;
/** Somebody may upload another file while one is being fetched, but not for ever. */
const triesMax = 5;

export interface Means {
  readonly paths: Pick<UnitPaths, "downloads" | "resources">;
  readonly wrench: Wrench;
  readonly controller: Pick<ControllerView, "resource" | "resourceFetched">;
  /** Writes the bytes that the resource has now into the file. */
  fetch(name: string, file: string): Promise<void>;
}

/** The path of the resource as it is now, fetched if need be. Throws what the controller says. */
export async function provideResource(means: Means, name: string): Promise<string> {
  for (let tries = 1; tries < triesMax; tries++) {
    try {
      return await provideOnce(means, name);
    } catch (error) {
      if (!isProblem(error, "not valid")) throw error;
    }
  }
  return await provideOnce(means, name);
}

/** Throws `not valid` when somebody has uploaded another file meanwhile. */
async function provideOnce(means: Means, name: string): Promise<string> {
  const { path, fetched, ...promised } = await means.controller.resource(name);
  const file = join(means.paths.resources, name, path);
  await makePlain(file);
  if (!(await isWhole(file, promised))) await bring(means, { name, file, promised });
  if (!fetched) await means.controller.resourceFetched(name, promised.sha256);
  return file;
}

interface Wanted {
  readonly name: string;
  readonly file: string;
  readonly promised: Digest;
}

/** The resource has one file: one of another name, from a charm before, goes. */
async function bring(means: Means, { name, file, promised }: Wanted): Promise<void> {
  const { downloads } = means.paths;
  const scratch = join(downloads, name);
  await makeFolder(downloads, 0o700);
  await removeTree(scratch);
  try {
    await means.fetch(name, scratch);
    await verifyFile(scratch, promised);
    await chmod(scratch, fileMode);
    await syncFile(scratch);
    means.wrench.at("resource-fetched");
    await makeFolder(dirname(file));
    await rename(scratch, file);
    await syncFolder(dirname(file));
    means.wrench.at("resource-in-place");
  } finally {
    await removeTree(scratch);
  }
  for (const other of await readdir(dirname(file))) {
    const path = join(dirname(file), other);
    if (path !== file) await removeTree(path);
  }
}

/** Whatever a hook has put in the file's place, a link above all, is neither followed nor kept. */
async function makePlain(file: string): Promise<void> {
  for (const [path, isRight] of [
    [dirname(file), "isDirectory"],
    [file, "isFile"],
  ] as const) {
    const stats = await lstat(path).catch(() => undefined);
    if (stats && !stats[isRight]()) await removeTree(path);
  }
}

async function syncFile(path: string): Promise<void> {
  await using file = await open(path);
  await file.sync();
}
