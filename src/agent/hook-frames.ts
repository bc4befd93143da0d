/** The frames between a hook tool and the agent: a letter, a length, and so many bytes. */
import type { Readable } from "node:stream";
import { Problem } from "#base/problem.ts";

export interface Frame {
  readonly kind: string;
  readonly bytes: Buffer;
}

/** A Unix socket's path cannot be longer; one that is deeper has to be called from near by. */
export const socketPathBytesMax = 107;

const headerBytes = 5;
const frameBytesMax = 16 * 1024 * 1024;

export function formatHookFrame(kind: string, bytes: string | Buffer): Buffer {
  const payload = Buffer.from(bytes as string);
  const header = Buffer.alloc(headerBytes);
  header.write(kind, 0, 1, "latin1");
  header.writeUInt32BE(payload.length, 1);
  return Buffer.concat([header, payload]);
}

/**
 * The frames that arrive, until the other end has nothing more to say. Throws `bad request` for one
 * that is too long; the stream is left open, for whoever sent it to be told.
 */
export async function* readHookFrames(stream: Readable): AsyncGenerator<Frame, undefined> {
  let pieces: Buffer[] = [];
  let present = 0;
  let needed = headerBytes;
  for await (const piece of stream.iterator({ destroyOnReturn: false })) {
    pieces.push(piece as Buffer);
    present += (piece as Buffer).length;
    while (present >= needed) {
      const buffer = Buffer.concat(pieces);
      needed = frameLength(buffer);
      pieces = [buffer];
      if (present < needed) break;
      yield { kind: buffer.toString("latin1", 0, 1), bytes: buffer.subarray(headerBytes, needed) };
      pieces = [buffer.subarray(needed)];
      present -= needed;
      needed = headerBytes;
    }
  }
  return undefined;
}

function frameLength(buffer: Buffer): number {
  if (buffer.length < headerBytes) return headerBytes;
  const length = buffer.readUInt32BE(1);
  if (length > frameBytesMax) {
    throw new Problem("bad request", `${length} bytes are more than ${frameBytesMax} at once`);
  }
  return headerBytes + length;
}
