/**
 * The spool: what a machine logs, kept on its disk until the controller has it.
 *
 * Each line has a number, one more than the line's before, and is in a file as soon as it has been
 * logged. The files are segments of bounded size; the oldest goes when there are too many, for a
 * controller that stays away must not fill the disk. A line that could not be written keeps its
 * number, so whoever reads sees from the gap how many are lost.
 *
 * What is sent has been made durable before. Otherwise, after a power cut, numbers that the controller
 * has seen would be given out again, and those lines would not count.
 */
import { randomUUID } from "node:crypto";
import {
  closeSync,
  fdatasync as fdatasyncCallback,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { settledOrAborted } from "#base/abort.ts";
import { Bell } from "#base/bell.ts";
import { isMissing, syncFolder } from "#base/files.ts";
import { formatLine, parseLine, type SpooledLine } from "./spooled-line.ts";

const fdatasync = promisify(fdatasyncCallback);

export interface Bounds {
  readonly segmentBytesMax: number;
  readonly segmentsMax: number;
}

const usualBounds: Bounds = { segmentBytesMax: 1024 * 1024, segmentsMax: 16 };

/** So much is read at once, which is more than any line is long. */
const chunkBytes = 256 * 1024;
const linesMax = 500;
const segmentPattern = /^\d{15}\.log$/;
const mode = 0o600;

/** Where somebody has read to. */
interface Place {
  readonly segment: number;
  readonly offset: number;
  readonly sequence: number;
}

/** What an agent finds of the one before. */
interface Known {
  /** The first number of each segment, in order. */
  readonly segments: readonly number[];
  readonly last: number;
  /** How long the last segment is. */
  readonly bytes: number;
  /** Whether it ends in the middle of a line. */
  readonly isTorn: boolean;
}

export class LogSpool implements AsyncDisposable {
  /** What the numbers are of; a spool that is made anew begins again with 1. */
  readonly id: string;
  readonly #folder: string;
  readonly #bounds: Bounds;
  readonly #bell = new Bell();
  readonly #segments: number[];
  #last: number;
  #bytes: number;
  #isTorn: boolean;
  #file: number | undefined;
  #place: Place | undefined;
  /** What is to be done on the disk, one after the other. */
  #disk: Promise<void> = Promise.resolve();

  private constructor(
    folder: string,
    id: string,
    { bounds, ...known }: Known & { bounds: Bounds },
  ) {
    this.#folder = folder;
    this.id = id;
    this.#bounds = bounds;
    this.#segments = [...known.segments];
    this.#last = known.last;
    this.#bytes = known.bytes;
    this.#isTorn = known.isTorn;
  }

  static open(folder: string, bounds = usualBounds): LogSpool {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const id = findId(folder) ?? begin(folder);
    return new LogSpool(folder, id, { ...findKnown(folder), bounds });
  }

  /** The number of the last line. */
  get last(): number {
    return this.#last;
  }

  /** Never throws: what is logged matters more than the log. */
  append(line: Omit<SpooledLine, "sequence">): void {
    this.#last++;
    try {
      const text = formatLine({ ...line, sequence: this.#last });
      const bytes = Buffer.from(this.#isTorn ? `\n${text}` : text);
      const file = this.#fileFor(bytes.length);
      this.#isTorn = true;
      this.#bytes += bytes.length;
      this.#isTorn = writeSync(file, bytes) < bytes.length;
    } catch {}
    this.#bell.ring("");
  }

  /** Resolves when there is a line after `sequence`, or `signal` aborts. */
  async beyond(sequence: number, signal: AbortSignal): Promise<void> {
    while (this.#last <= sequence && !signal.aborted) {
      await settledOrAborted(this.#bell.next(""), signal);
    }
  }

  /** Makes what has been logged so far survive a power cut. */
  sync(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#file !== undefined) await fdatasync(this.#file);
    });
  }

  /** Some of the lines after `sequence`, in order; none when there are none to be read. */
  async read(sequence: number): Promise<SpooledLine[]> {
    const known = this.#place?.sequence === sequence ? this.#place : undefined;
    let place = known ?? { segment: this.#segmentOf(sequence + 1), offset: 0, sequence };
    for (;;) {
      const { segment, offset: from } = place;
      const { lines, offset } = await readChunk(pathOf(this.#folder, segment), from);
      const fresh = lines.filter((line) => line.sequence > sequence);
      const last = fresh.at(-1);
      if (last !== undefined) {
        this.#place = { segment, offset, sequence: last.sequence };
        return fresh;
      }
      const next = this.#segments.find((first) => first > segment);
      if (offset > from) place = { ...place, offset };
      else if (next === undefined) return [];
      else place = { ...place, segment: next, offset: 0 };
    }
  }

  /** Nobody wants the lines up to `sequence` any more; a number that somebody knows is not given again. */
  forget(sequence: number): void {
    this.#last = Math.max(this.#last, sequence);
    while ((this.#segments[1] ?? Number.POSITIVE_INFINITY) <= sequence + 1) this.#removeOldest();
  }

  #fileFor(bytes: number): number {
    const isFull = this.#bytes + bytes > this.#bounds.segmentBytesMax;
    const newest = this.#segments.at(-1);
    if (newest !== undefined && !isFull) {
      this.#file ??= openSync(pathOf(this.#folder, newest), "a", mode);
      return this.#file;
    }
    const old = this.#file;
    const file = openSync(pathOf(this.#folder, this.#last), "a", mode);
    this.#file = file;
    this.#bytes = 0;
    this.#segments.push(this.#last);
    while (this.#segments.length > this.#bounds.segmentsMax) this.#removeOldest();
    this.#inTurn(() => retire(this.#folder, old)).catch(() => {}); // what is lost is missed later
    return file;
  }

  #removeOldest(): void {
    const oldest = this.#segments.shift();
    if (oldest !== undefined) rmSync(pathOf(this.#folder, oldest), { force: true });
  }

  #segmentOf(sequence: number): number {
    return this.#segments.findLast((first) => first <= sequence) ?? this.#segments[0] ?? 0;
  }

  #inTurn(body: () => Promise<void>): Promise<void> {
    const done = this.#disk.then(body);
    this.#disk = done.catch(() => {});
    return done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#disk;
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

async function retire(folder: string, file: number | undefined): Promise<void> {
  try {
    if (file !== undefined) await fdatasync(file);
    await syncFolder(folder);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function findId(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, "id"), "utf8").trim() || undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Segments without an id are of a spool that there is no more. */
function begin(folder: string): string {
  for (const first of listSegments(folder)) rmSync(pathOf(folder, first));
  const id = randomUUID();
  writeFileSync(join(folder, "id"), `${id}\n`, { mode, flush: true });
  return id;
}

function listSegments(folder: string): number[] {
  const names = readdirSync(folder).filter((name) => segmentPattern.test(name));
  return names.map((name) => Number.parseInt(name, 10)).toSorted((a, b) => a - b);
}

function findKnown(folder: string): Known {
  const segments = listSegments(folder);
  const newest = segments.at(-1);
  if (newest === undefined) return { segments, last: 0, bytes: 0, isTorn: false };
  const content = readFileSync(pathOf(folder, newest), "utf8");
  const last = content.split("\n").findLast((text) => parseLine(text) !== undefined);
  return {
    segments,
    last: (last === undefined ? undefined : parseLine(last)?.sequence) ?? newest - 1,
    bytes: Buffer.byteLength(content),
    isTorn: content !== "" && !content.endsWith("\n"),
  };
}

function pathOf(folder: string, first: number): string {
  return join(folder, `${String(first).padStart(15, "0")}.log`);
}

/** Whole lines from the offset on, and where they end; none of a file that has gone. */
async function readChunk(path: string, from: number) {
  const bytes = await readBytes(path, from);
  const lines: SpooledLine[] = [];
  let end = 0;
  while (lines.length < linesMax) {
    const at = bytes.indexOf("\n", end);
    if (at < 0) break;
    const line = parseLine(bytes.toString("utf8", end, at));
    if (line) lines.push(line);
    end = at + 1;
  }
  return { lines, offset: from + end };
}

async function readBytes(path: string, from: number): Promise<Buffer> {
  try {
    await using file = await open(path);
    const buffer = Buffer.alloc(chunkBytes);
    const { bytesRead } = await file.read(buffer, 0, chunkBytes, from);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if (isMissing(error)) return Buffer.alloc(0);
    throw error;
  }
}
