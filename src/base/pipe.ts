/**
 * Pipes as shells make them, for what a program prints.
 *
 * What Node makes of `"pipe"` is a pair of sockets, and no program can open a socket by a name like
 * `/dev/stderr`, as scripts do. So the C library's are taken.
 */
import { dlopen } from "node:ffi";
import { closeSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { closeOnExec } from "./inherited.ts";

const { functions } = dlopen(null, {
  pipe2: { arguments: ["buffer", "i32"], return: "i32" },
});

/** The end that is read, and the number of the one to write to, which disposing closes here. */
export function openPipe(): Disposable & { readonly output: Readable; readonly input: number } {
  const ends = new Int32Array(2);
  if (functions.pipe2(new Uint8Array(ends.buffer), closeOnExec) !== 0) {
    const error = new Error("cannot open a pipe: too many files are open");
    throw Object.assign(error, { code: "EMFILE" });
  }
  const [fd = -1, input = -1] = ends;
  const output = new Socket({ fd, readable: true, writable: false });
  return { output, input, [Symbol.dispose]: () => closeSync(input) };
}
