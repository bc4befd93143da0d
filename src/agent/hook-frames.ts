/** The frames between a hook tool and the agent: a letter, a length, and so many bytes. */
import type { Readable } from "node:stream";
import { Problem } from "#base/problem.ts";

export interface Frame {
  readonly kind: string;
  readonly bytes: Buffer;
}

const headerBytes = 5;
const frameBytesMax = 16 * 1024 * 1024;

export function formatHookFrame(kind: string, bytes: string | Buffer): Buffer {
  const payload = Buffer.from(bytes as string);
  const header = Buffer.alloc(headerBytes);
  header.write(kind, 0, 1, "latin1");
  header.writeUInt32BE(payload.length, 1);
  return Buffer.concat([header, payload]);
}

/** The frames that arrive, until the other end has nothing more to say. */
export async function* readHookFrames(stream: Readable): AsyncGenerator<Frame> {
  let buffer = Buffer.alloc(0);
  for await (const piece of stream as AsyncIterable<Buffer>) {
    buffer = Buffer.concat([buffer, piece]);
    for (let length = frameLength(buffer); buffer.length >= length; length = frameLength(buffer)) {
      yield { kind: buffer.toString("latin1", 0, 1), bytes: buffer.subarray(headerBytes, length) };
      buffer = buffer.subarray(length);
    }
  }
}

function frameLength(buffer: Buffer): number {
  if (buffer.length < headerBytes) return headerBytes;
  const length = buffer.readUInt32BE(1);
  if (length > frameBytesMax) {
    throw new Problem("bad request", `${length} bytes are more than ${frameBytesMax} at once`);
  }
  return headerBytes + length;
}
