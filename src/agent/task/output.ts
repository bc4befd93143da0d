/** What a task has printed and found, in the form in which it is kept and shown. */
import { Problem } from "#base/problem.ts";
import type { Collected } from "../unit/run/output.ts";

/** Of each of both outputs so much is kept. */
export const outputBytesMax = 512 * 1024;
/** And of what an action says that it has found. */
const resultsBytesMax = 512 * 1024;

export type Results = Readonly<Record<string, unknown>>;

/** The keys that are not an action's own. */
export const reservedKeys: ReadonlySet<string> = new Set([
  "stdout",
  "stdout-encoding",
  "stderr",
  "stderr-encoding",
]);

/** Printed text, under the name of the output; bytes that are no text are told in base64. */
export function toPrinted(name: "stdout" | "stderr", printed: Collected): Results {
  const { bytes, dropped } = printed;
  if (bytes.length === 0) return {};
  const text = toText(bytes, dropped > 0);
  if (text === undefined) {
    return { [name]: bytes.toString("base64"), [`${name}-encoding`]: "base64" };
  }
  return { [name]: dropped > 0 ? `${text}\n(${dropped} more bytes were not kept)\n` : text };
}

/** Undefined for what is no text, or is so full of what has to be written otherwise that it gains nothing. */
function toText(bytes: Buffer, isCut: boolean): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, {
      stream: isCut, // the last letter may have been cut in half
    });
    const isText = !text.includes("\0") && JSON.stringify(text).length <= 2 * bytes.length + 2;
    return isText ? text : undefined;
  } catch {
    return undefined;
  }
}

/** The results with one more, at the place that the path says. Throws `not valid` when that is too much. */
export function withResult(results: Results, path: readonly string[], value: string): Results {
  const merged = place(results, path, value);
  if (Buffer.byteLength(JSON.stringify(merged)) <= resultsBytesMax) return merged;
  const message = `results of an action take ${resultsBytesMax} bytes at most: print them instead`;
  throw new Problem("not valid", message);
}

function place(results: Results, [first = "", ...rest]: readonly string[], value: string): Results {
  if (rest.length === 0) return { ...results, [first]: value };
  const inner = Object.hasOwn(results, first) ? results[first] : undefined;
  const map = typeof inner === "object" && inner !== null ? (inner as Results) : {};
  return { ...results, [first]: place(map, rest, value) };
}
