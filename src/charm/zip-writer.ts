/** Zip files that we write: the same members always give the same bytes. */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { type PassThrough, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";
import { notValid, shown } from "./refusal.ts";

export interface Entry {
  readonly path: string;
  /** As `stat` has it, with the type. */
  readonly mode: number;
  /** Read once, when it is this member's turn; a folder has none. */
  readonly content?: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

export interface Written {
  /** In lower-case hexadecimal. */
  readonly sha256: string;
  readonly size: number;
}

/** Before all times that zip files know, so that it becomes the first of them in any time zone. */
// biome-ignore lint/style/noRestrictedGlobals: the package wants this type, and no clock is asked.
const epoch = new Date(0);

/** What the package would take for a path of Windows. */
const foreignPath = /\\|^[a-zA-Z]:/;

/** Writes the members in the order given. Throws `not valid` for a name that cannot be written. */
export async function writeZip(output: string, entries: Iterable<Entry>): Promise<Written> {
  const zip = new ZipFile();
  const stream = zip.outputStream as PassThrough;
  let current: Readable | undefined;
  stream.once("close", () => current?.destroy());
  for (const entry of entries) {
    addEntry(zip, entry, (bytes) => {
      current = bytes.once("error", (error) => stream.destroy(error));
    });
  }
  zip.end();

  const hash = createHash("sha256");
  let size = 0;
  async function* measure(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const bytes of chunks) {
      hash.update(bytes);
      size += bytes.length;
      yield bytes;
    }
  }
  await pipeline(stream, measure, createWriteStream(output, { flags: "wx" }));
  return { sha256: hash.digest("hex"), size };
}

function addEntry(
  zip: ZipFile,
  { path, mode, content }: Entry,
  onOpen: (bytes: Readable) => void,
): void {
  if (foreignPath.test(path)) {
    throw notValid(`cannot pack ${shown(path)}: its name has a backslash or a drive letter`);
  }
  const options = { mode, mtime: epoch };
  if (content === undefined) {
    zip.addEmptyDirectory(path, options);
    return;
  }
  zip.addReadStreamLazy(path, options, (start) => {
    const bytes = Readable.from(content(), { objectMode: false });
    onOpen(bytes);
    start(null, bytes);
  });
}
