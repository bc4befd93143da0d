/**
 * Exchanging two folders in one step: at every instant there is a whole one under either name.
 *
 * Node has no function for that, so the C library's is called, whose name and meaning Linux keeps.
 */
import { dlopen } from "node:ffi";
import { rename } from "node:fs/promises";
import { dirname } from "node:path";
import { exists, removeTree, syncFolder } from "./files.ts";

const currentFolder = -100;
const exchangeFlag = 2;

const { functions } = dlopen(null, {
  renameat2: { arguments: ["i32", "string", "i32", "string", "u32"], return: "i32" },
});

/**
 * What was at `a` is at `b` afterwards, and the other way round. On a file system that cannot do it
 * in one step there is an instant without anything at `a`; whoever was killed then finds the old
 * folder at `b.leaving`.
 */
export async function exchangeFolders(a: string, b: string): Promise<void> {
  const failed = functions.renameat2(currentFolder, a, currentFolder, b, exchangeFlag) !== 0;
  if (failed) {
    const leaving = `${b}.leaving`;
    await removeTree(leaving);
    await rename(a, leaving);
    await rename(b, a);
    await rename(leaving, b);
  }
  await syncFolder(dirname(a));
}

/** Where an exchange was cut short: brings back what was at `a`, or completes it. */
export async function mendExchange(a: string, b: string): Promise<void> {
  const leaving = `${b}.leaving`;
  if (!(await exists(leaving))) return;
  if (!(await exists(a))) await rename(leaving, a);
  else if (!(await exists(b))) await rename(leaving, b);
  else await removeTree(leaving);
}
