/** The frames of a websocket, from a client's side: those it sends are masked, others are not. */
import { randomBytes } from "node:crypto";
import { Problem } from "#base/problem.ts";

export const opcodes = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

export interface Message {
  readonly opcode: number;
  readonly payload: Buffer;
}

const finalBit = 0x80;
const maskBit = 0x80;
const opcodeBits = 0x0f;
const length16 = 126;
const length64 = 127;
const controlBytesMax = 125;
const minHeaderBytes = 2;

/** One whole message in one frame. */
export function formatFrame(opcode: number, payload: Buffer): Buffer {
  const mask = randomBytes(4);
  const masked = Buffer.allocUnsafe(payload.length);
  for (const [index, byte] of payload.entries()) masked[index] = byte ^ (mask[index & 3] ?? 0);
  return Buffer.concat([Buffer.of(finalBit | opcode), formatLength(payload.length), mask, masked]);
}

function formatLength(length: number): Buffer {
  if (length < length16) return Buffer.of(maskBit | length);
  if (length < 0x10000) {
    const short = Buffer.of(maskBit | length16, 0, 0);
    short.writeUInt16BE(length, 1);
    return short;
  }
  const long = Buffer.alloc(9);
  long[0] = maskBit | length64;
  long.writeBigUInt64BE(BigInt(length), 1);
  return long;
}

interface Header {
  readonly isFinal: boolean;
  readonly opcode: number;
  /** Where the payload starts. */
  readonly start: number;
  readonly length: number;
}

interface Frame extends Header {
  readonly payload: Buffer;
}

/** Turns bytes as they arrive into whole messages. */
export class FrameReader {
  readonly #messageBytesMax: number;
  #chunks: Buffer[] = [];
  #available = 0;
  /** How many bytes must be there before it is worth looking again. */
  #wanted = minHeaderBytes;
  #fragments: Buffer[] = [];
  #fragmentBytes = 0;
  #opcode = 0;

  constructor(messageBytesMax: number) {
    this.#messageBytesMax = messageBytesMax;
  }

  /** The messages that `bytes` complete. Throws `bad request` when the peer breaks the protocol. */
  *read(bytes: Buffer): Generator<Message> {
    this.#chunks.push(bytes);
    this.#available += bytes.length;
    for (let frame = this.#nextFrame(); frame; frame = this.#nextFrame()) {
      const message = this.#take(frame);
      if (message) yield message;
    }
  }

  #nextFrame(): Frame | undefined {
    if (this.#available < this.#wanted) return undefined;
    const buffer = Buffer.concat(this.#chunks);
    this.#chunks = [buffer];
    const header = parseHeader(buffer);
    if (header) this.#refuseTooLong(header);
    this.#wanted = header ? header.start + header.length : buffer.length + 1;
    if (header === undefined || buffer.length < this.#wanted) return undefined;
    const payload = buffer.subarray(header.start, this.#wanted);
    this.#chunks = [buffer.subarray(this.#wanted)];
    this.#available -= this.#wanted;
    this.#wanted = minHeaderBytes;
    return { ...header, payload };
  }

  #refuseTooLong({ opcode, length }: Header): void {
    const isControl = opcode >= opcodes.close;
    const max = isControl ? controlBytesMax : this.#messageBytesMax - this.#fragmentBytes;
    if (length > max) throw new Problem("bad request", `a message is longer than ${max} bytes`);
  }

  /** A control frame may stand between the fragments of a message. */
  #take({ isFinal, opcode, payload }: Frame): Message | undefined {
    if (opcode >= opcodes.close) return { opcode, payload };
    if (opcode !== opcodes.continuation) this.#opcode = opcode;
    this.#fragments.push(payload);
    this.#fragmentBytes += payload.length;
    if (!isFinal) return undefined;
    const message = { opcode: this.#opcode, payload: Buffer.concat(this.#fragments) };
    this.#fragments = [];
    this.#fragmentBytes = 0;
    return message;
  }
}

/** The header at the start of `buffer`, or undefined when it is not all there yet. */
function parseHeader(buffer: Buffer): Header | undefined {
  const [first = 0, second = 0] = buffer;
  if (second & maskBit) throw new Problem("bad request", "a controller's frame is masked");
  const isFinal = (first & finalBit) !== 0;
  const opcode = first & opcodeBits;
  if (second < length16) return { isFinal, opcode, start: 2, length: second };
  const start = second === length16 ? 4 : 10;
  if (buffer.length < start) return undefined;
  const length = second === length16 ? buffer.readUInt16BE(2) : Number(buffer.readBigUInt64BE(2));
  return { isFinal, opcode, start, length };
}
