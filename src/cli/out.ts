/**
 * The terminal: the only place that prints.
 *
 * What somebody asked for goes to standard output; what is said beside it, and progress, to
 * standard error, so that a program can read the one and a person sees both.
 */
import { writeSync } from "node:fs";
import { isatty } from "node:tty";
import { hasCode } from "#base/files.ts";

/** Whoever read what is printed has seen enough; there is nothing left to do. */
export class ReaderGone extends Error {
  override readonly name = "ReaderGone";
}

export interface Out {
  /** What was asked for. Throws `ReaderGone`. */
  print(text: string): void;
  /** Empties the screen that somebody looks at, for what is printed next. */
  clear(): void;
  /** What is said beside it; nothing with `--quiet`. */
  note(text: string): void;
  /** What only those hear who want to know more. */
  detail(text: string): void;
  /**
   * How far something has come that takes a while. On a terminal each replaces the one before;
   * elsewhere only those are said that differ in more than their figures.
   */
  progress(text: string): void;
  /** Ends the line of progress, if there is one. */
  settle(): void;
  /** Whether somebody looks at it. */
  readonly isTerminal: boolean;
}

export interface Loudness {
  readonly isQuiet: boolean;
  readonly isVerbose: boolean;
}

const standardOutput = 1;
const standardError = 2;
const clearScreen = "\u001b[H\u001b[2J\u001b[3J";
const clearLine = "\r\u001b[K";
const defaultWidth = 80;
const fullPipeMs = 5;

export function terminal({ isQuiet, isVerbose }: Loudness): Out {
  const showsProgress = isatty(standardError);
  const isTerminal = isatty(standardOutput);
  let line = "";
  let said = "";
  const write = (descriptor: number, text: string) => {
    if (line !== "") writeAll(standardError, clearLine);
    line = "";
    writeAll(descriptor, text);
  };
  const note = (text: string) => {
    if (!isQuiet) write(standardError, `${text}\n`);
  };
  return {
    print: (text) => write(standardOutput, text.endsWith("\n") || text === "" ? text : `${text}\n`),
    clear() {
      if (isTerminal) write(standardOutput, clearScreen);
    },
    note,
    detail: (text) => {
      if (isVerbose) note(text);
    },
    progress(text) {
      const words = text.replaceAll(/[0-9.]+/g, "");
      if (isQuiet || (!showsProgress && words === said)) return;
      said = words;
      if (!showsProgress) return writeAll(standardError, `${text}\n`);
      line = text.slice(0, (process.stderr.columns || defaultWidth) - 1);
      writeAll(standardError, `${clearLine}${line}`);
    },
    settle() {
      if (line !== "") writeAll(standardError, "\n");
      line = "";
      said = "";
    },
    isTerminal,
  };
}

/** At once and as a whole, since the program may end right after. */
function writeAll(descriptor: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) rest = rest.subarray(writeSome(descriptor, rest));
}

/** Returns how much of it is done with. */
function writeSome(descriptor: number, bytes: Buffer): number {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    if (hasCode(error, "EAGAIN")) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, fullPipeMs);
      return 0;
    }
    if (!hasCode(error, "EPIPE")) throw error;
    if (descriptor === standardOutput) throw new ReaderGone("nobody reads any more");
    return bytes.length;
  }
}
