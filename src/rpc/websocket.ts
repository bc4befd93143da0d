/**
 * A client's end of a websocket (RFC 6455) over TLS.
 *
 * It is our own because every command of the command line opens one, and what a general library
 * loads for it costs more than all the rest of a command: see `docs/decisions`. It does what the
 * API needs and no more: text messages, in fragments too, pings, closing, and bounds on all of it.
 */
import { createHash, randomBytes } from "node:crypto";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { messageOf, Problem } from "#base/problem.ts";
import { FrameReader, formatFrame, type Message, opcodes } from "./frames.ts";

const handshakeBytesMax = 16 * 1024;
const handshakeTimeoutMs = 20_000;
/** A controller that is well pings more often. */
const silenceMaxMs = 120_000;
const unsentBytesMax = 64 * 1024 * 1024;
const acceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** The name that every controller's certificate carries, whatever its addresses are. */
const certificateName = "juju-apiserver";

interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Target extends Address {
  readonly path: string;
  /** The controller's own authority, in PEM; nobody else's is believed. */
  readonly ca: string;
  /** What the header of that name says, if anything. */
  readonly authorization?: string | undefined;
}

export interface Handlers {
  message(text: string): void;
  /** Called once, when the connection has ended, for whatever reason. */
  closed(reason: string): void;
}

interface Opening {
  readonly messageBytesMax: number;
  readonly handlers: Handlers;
  /** How long it may be silent before the websocket is open. */
  readonly patienceMs?: number;
  /** How long it may be silent after that, before it is taken for lost. */
  readonly silenceMs?: number;
}

export interface ClientSocket {
  send(text: string): void;
  close(): void;
}

/** Throws `try again` when there is nobody at the address, with the reason. */
export async function openWebSocket(
  target: Target,
  { messageBytesMax, handlers, ...given }: Opening,
  signal: AbortSignal,
): Promise<ClientSocket> {
  signal.throwIfAborted();
  const { patienceMs = handshakeTimeoutMs, silenceMs = silenceMaxMs } = given;
  const socket = startTls(target);
  socket.setTimeout(patienceMs, () => socket.destroy(new Error("it does not answer")));
  const giveUp = () => socket.destroy(new Error("given up"));
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    await connected(socket, target);
    const rest = await shakeHands(socket, target);
    socket.setTimeout(silenceMs);
    return converse(socket, { messageBytesMax, handlers, rest });
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

function startTls({ host, port, ca }: Target): TLSSocket {
  const socket = connectTls({ host, port, ca, minVersion: "TLSv1.2", checkServerIdentity });
  socket.setNoDelay(true);
  return socket;
}

function connected(socket: TLSSocket, address: Address): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = (error: Error) => reject(cannotConnect(address, error));
  socket.once("error", fail);
  socket.once("secureConnect", () => {
    socket.off("error", fail);
    resolve();
  });
  return promise;
}

function cannotConnect({ host, port }: Address, error: Error): Problem {
  const message = `cannot connect to ${host}:${port}: ${messageOf(error)}`;
  return new Problem("try again", message, { cause: error });
}

/** The authority signs for one controller only, so the fixed name says that this is its server. */
function checkServerIdentity(_host: string, certificate: { subjectaltname?: string | undefined }) {
  const names = (certificate.subjectaltname ?? "").split(", ");
  if (names.includes(`DNS:${certificateName}`)) return undefined;
  return new Error(`the certificate is not for "${certificateName}"`);
}

/** Asks for a websocket; resolves to what came after the answer. */
async function shakeHands(socket: TLSSocket, target: Target): Promise<Buffer> {
  const { host, port, path, authorization } = target;
  const key = randomBytes(16).toString("base64");
  socket.write(
    [
      `GET ${path} HTTP/1.1`,
      `Host: ${host}:${port}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${key}`,
      ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
      "\r\n",
    ].join("\r\n"),
  );
  const { head, rest } = await readHead(socket, { host, port });
  const [status = "", ...lines] = head.split("\r\n");
  if (!/^HTTP\/1\.1 101\b/.test(status)) {
    throw new Problem("not found", `${host}:${port}${path} is not a websocket: ${status}`);
  }
  const accept = createHash("sha1")
    .update(key + acceptSuffix)
    .digest("base64");
  const isAccepted = lines.some((line) => {
    const [name = "", value = ""] = line.split(/:\s*/, 2);
    return name.toLowerCase() === "sec-websocket-accept" && value === accept;
  });
  if (!isAccepted) throw new Problem("try again", `${host}:${port} did not accept the websocket`);
  return rest;
}

interface Head {
  readonly head: string;
  readonly rest: Buffer;
}

function readHead(socket: TLSSocket, address: Address): Promise<Head> {
  const { promise, resolve, reject } = Promise.withResolvers<Head>();
  let received = Buffer.alloc(0);
  const end = (problem?: Problem) => {
    socket.off("data", read).off("error", fail).off("close", cut);
    if (problem) reject(problem);
  };
  const read = (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
    const at = received.indexOf("\r\n\r\n");
    if (at < 0 && received.length <= handshakeBytesMax) return;
    socket.pause();
    end(at < 0 ? new Problem("try again", "the answer to the handshake is too long") : undefined);
    resolve({ head: received.toString("latin1", 0, at), rest: received.subarray(at + 4) });
  };
  const cut = () => end(new Problem("try again", "the connection was cut in the handshake"));
  const fail = (error: Error) => end(cannotConnect(address, error));
  socket.on("data", read).on("error", fail).on("close", cut);
  return promise;
}

interface Conversation {
  readonly messageBytesMax: number;
  readonly handlers: Handlers;
  readonly rest: Buffer;
}

function converse(socket: TLSSocket, conversation: Conversation): ClientSocket {
  const { messageBytesMax, handlers, rest } = conversation;
  let reason = "the connection was cut";
  const reader = new FrameReader(messageBytesMax);
  const answer = ({ opcode, payload }: Message) => {
    if (opcode === opcodes.text) handlers.message(payload.toString("utf8"));
    if (opcode === opcodes.ping) socket.write(formatFrame(opcodes.pong, payload));
    if (opcode !== opcodes.close) return;
    reason = "the controller closed the connection";
    socket.end(formatFrame(opcodes.close, payload));
  };
  const read = (bytes: Buffer) => {
    try {
      for (const message of reader.read(bytes)) answer(message);
    } catch (error) {
      reason = messageOf(error);
      socket.destroy();
    }
  };
  socket.on("data", read);
  socket.on("error", (error) => {
    reason = error.message;
  });
  socket.on("close", () => handlers.closed(reason));
  if (rest.length > 0) read(rest);
  socket.resume();
  return {
    send(text) {
      if (socket.writableLength > unsentBytesMax)
        socket.destroy(new Error("the peer does not read"));
      socket.write(formatFrame(opcodes.text, Buffer.from(text)));
    },
    close() {
      reason = "closed";
      socket.end(formatFrame(opcodes.close, Buffer.alloc(0)));
    },
  };
}
