/**
 * Journals: the state of something that must not be forgotten, whatever moment it dies at.
 *
 * Each record is the whole state, on a line of its own with a checksum. The last whole line counts;
 * what a crash has torn off is as if it had never been written. A record is in the file when it has
 * been written, which is enough when only the process dies, and survives a power cut when it was
 * written as durable; an earlier record never gets lost behind a durable one.
 */
import { type FileHandle, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { isMissing, makeFolder, syncFolder } from "./files.ts";

const fileBytesMax = 1024 * 1024;

export class Journal<State> implements AsyncDisposable {
  readonly #path: string;
  #file: FileHandle;
  #bytes: number;
  /** A record has been torn off, and nobody would look behind it. */
  #isTorn = false;

  private constructor(path: string, file: FileHandle, bytes: number) {
    this.#path = path;
    this.#file = file;
    this.#bytes = bytes;
  }

  /** Opens the journal at `path`; `last` is the state that it remembers, if it has one. */
  static async open<State>(
    path: string,
  ): Promise<{ journal: Journal<State>; last: State | undefined }> {
    await makeFolder(dirname(path));
    const { state, bytes } = await readLast<State>(path);
    const file = await open(path, "a", 0o600);
    await file.truncate(bytes);
    await syncFolder(dirname(path));
    return { journal: new Journal<State>(path, file, bytes), last: state };
  }

  async write(state: State, { durable }: { readonly durable: boolean }): Promise<void> {
    const line = toLine(state);
    if (this.#isTorn || this.#bytes + line.length > fileBytesMax) return this.#startAnew(line);
    this.#isTorn = true;
    await this.#file.appendFile(line);
    this.#isTorn = false;
    this.#bytes += line.length;
    if (durable) await this.#file.datasync();
  }

  /** One record says as much as all before it. */
  async #startAnew(line: Buffer): Promise<void> {
    const scratch = `${this.#path}.new`;
    const file = await open(scratch, "w", 0o600);
    try {
      await file.appendFile(line);
      await file.sync();
      await rename(scratch, this.#path);
    } catch (error) {
      await file.close();
      throw error;
    }
    const old = this.#file;
    this.#file = file;
    this.#bytes = line.length;
    this.#isTorn = false;
    await old.close();
    await syncFolder(dirname(this.#path));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}

function toLine(state: unknown): Buffer {
  const json = JSON.stringify(state);
  return Buffer.from(`${checksum(json)} ${json}\n`);
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, "0");
}

/** The last whole record, and how many bytes there are up to its end. */
async function readLast<State>(path: string): Promise<{ state: State | undefined; bytes: number }> {
  const content = await readFile(path).catch((error: unknown) => {
    if (isMissing(error)) return Buffer.alloc(0);
    throw error;
  });
  let state: State | undefined;
  let bytes = 0;
  for (;;) {
    const end = content.indexOf("\n", bytes);
    if (end < 0) break;
    const line = content.toString("utf8", bytes, end);
    const json = line.slice(9);
    if (line.slice(0, 8) !== checksum(json)) break;
    state = JSON.parse(json) as State;
    bytes = end + 1;
  }
  return { state, bytes };
}
