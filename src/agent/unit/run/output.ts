/** What a process prints: read until it ends and a little longer, and handed to whoever wants it. */
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type { Clock } from "#base/clock.ts";

/** What a process that has ended has written is read until nothing comes for so long. */
const drainPause = Temporal.Duration.from({ milliseconds: 200 });
/** What its children still write is not read for ever. */
const drainRounds = 4;
/** What is kept of a line; the rest of it is dropped as it comes. */
const lineLengthMax = 64 * 1024;

/** Takes what a process prints, piece by piece. */
export interface Sink {
  take(piece: Buffer): void;
  /** Nothing more comes. */
  end(): void;
}

export class Output {
  readonly #stream: Readable;
  readonly #ended: Promise<void>;
  #length = 0;

  constructor(stream: Readable, sink: Sink) {
    this.#stream = stream;
    this.#ended = this.#read(sink);
  }

  async #read(sink: Sink): Promise<void> {
    try {
      for await (const piece of this.#stream as AsyncIterable<Buffer>) {
        this.#length += piece.length;
        sink.take(piece);
      }
    } catch {} // the pipe was closed under somebody who still had it open
    sink.end();
  }

  /** Reads what is left, and not for long what is still being written. */
  async drain(clock: Clock): Promise<void> {
    let before = -1;
    for (let round = 0; round < drainRounds && before < this.#length; round++) {
      before = this.#length;
      const stop = new AbortController();
      const pause = clock.sleep(drainPause, stop.signal).catch(() => {});
      await Promise.race([this.#ended, pause]);
      stop.abort();
    }
    this.#stream.destroy();
    await this.#ended;
  }
}

/** Line by line; of one without an end no more than its beginning is held. */
export function toLines(write: (line: string) => void): Sink {
  const decoder = new StringDecoder("utf8");
  let line = "";
  const end = () => {
    if (line !== "") write(line);
    line = "";
  };
  const take = (text: string) => {
    for (const [index, piece] of text.split(/[\r\n]/).entries()) {
      if (index > 0) end();
      line = (line + piece).slice(0, lineLengthMax);
    }
  };
  return {
    take: (piece) => take(decoder.write(piece)),
    end() {
      take(decoder.end());
      end();
    },
  };
}

/** Keeps the beginning, and counts the rest. */
export class Collected implements Sink {
  readonly #bytesMax: number;
  readonly #pieces: Buffer[] = [];
  #kept = 0;
  dropped = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  take(piece: Buffer): void {
    const part = piece.subarray(0, this.#bytesMax - this.#kept);
    if (part.length > 0) this.#pieces.push(part);
    this.#kept += part.length;
    this.dropped += piece.length - part.length;
  }

  end(): void {}

  get bytes(): Buffer {
    return Buffer.concat(this.#pieces);
  }
}
