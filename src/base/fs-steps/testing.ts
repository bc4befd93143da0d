/**
 * Stopping code for good between two changes of files, as a crash or a power cut would: nothing of
 * it runs any more, and what it had opened stays as it is.
 *
 * Node's functions for files are replaced once, for everybody in the process; they do what they
 * always did, unless somebody counts.
 */

import fs, { type PathLike } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { byText } from "../order.ts";

type Step = (...args: never[]) => Promise<unknown>;
type Steps = Record<string, Step>;

const changing = [
  ...["appendFile", "chmod", "copyFile", "lchown", "link", "mkdir", "rename", "rm", "symlink"],
  ...["truncate", "unlink", "utimes", "writeFile"],
];
const changingHandle = ["appendFile", "chmod", "datasync", "sync", "truncate", "writeFile"];

interface Count {
  /** How many steps may still be taken. */
  left: number;
  readonly taken: string[];
  readonly stopped: PromiseWithResolvers<void>;
}

let count: Count | undefined;
/** What stopped code has open must not be closed behind its back. */
const held: unknown[] = [];
const promises = fs.promises as unknown as Steps;
const removeForReal = fs.promises.rm;
const listForReal = fs.promises.readdir;

for (const name of changing) replace(promises, name);
await replaceOpen();
syncBuiltinESMExports();

/** Runs `body` to its end; returns the steps that it takes, by the names of Node's functions. */
export async function listSteps(body: () => Promise<unknown>): Promise<string[]> {
  const own: Count = {
    left: Number.POSITIVE_INFINITY,
    taken: [],
    stopped: Promise.withResolvers(),
  };
  count = own;
  try {
    await body();
  } finally {
    count = undefined;
  }
  return own.taken;
}

/** Stops `body` for good after so many steps; returns whether it came that far. */
export async function stopAfter(steps: number, body: () => Promise<unknown>): Promise<boolean> {
  const own: Count = { left: steps, taken: [], stopped: Promise.withResolvers() };
  count = own;
  const running = body();
  held.push(running);
  try {
    await Promise.race([running, own.stopped.promise]);
  } finally {
    count = undefined;
  }
  return own.left < 0;
}

function replace(owner: Steps, name: string): void {
  const step = owner[name];
  if (step === undefined) throw new Error(`there is no function ${name}`);
  owner[name] = function (this: unknown, ...args: never[]) {
    return take(name, args, () => step.apply(this, args));
  };
}

/** Opening a file changes something only when it may make one. */
async function replaceOpen(): Promise<void> {
  const open = promises.open as unknown as typeof fs.promises.open;
  const handle = await open("/", "r");
  const handles = Object.getPrototypeOf(handle) as Steps;
  await handle.close();
  for (const name of changingHandle) replace(handles, name);
  promises.open = (async (path: PathLike, flags: string | number, mode?: number) => {
    const isChange = typeof flags === "string" && flags !== "r";
    const opened = isChange
      ? await take("open", [], () => open(path, flags, mode))
      : await open(path, flags, mode);
    if (count !== undefined) held.push(opened);
    return opened;
  }) as unknown as Step;
}

async function take<T>(name: string, args: readonly unknown[], step: () => Promise<T>): Promise<T> {
  const counting = count;
  if (counting === undefined) return step();
  counting.left--;
  counting.taken.push(name);
  if (counting.left >= 0) return step();
  if (name === "rm") await removeHalf(args[0] as string);
  counting.stopped.resolve();
  return new Promise(() => {});
}

/** Taking a tree away is no single step: half of it has gone. */
async function removeHalf(folder: string): Promise<void> {
  const names = await listForReal(folder).catch(() => []);
  const half = names.toSorted(byText).slice(Math.ceil(names.length / 2));
  for (const name of half) await removeForReal(join(folder, name), { recursive: true });
}
