/**
 * Where `juju-exec` and `juju-run` are answered: a socket in the agent's data directory.
 *
 * Nothing that they ask for is kept. Whoever waits when the agent dies hears that it is gone, and asks
 * again if that is right.
 */
import type { Socket } from "node:net";
import { messageOf, Problem } from "#base/problem.ts";
import { formatHookFrame, readHookFrames } from "./hook-frames.ts";
import { type Caller, type LocalCall, readLocalCommand } from "./local-command.ts";
import { UnixServer } from "./unix-server.ts";

const callsMax = 100;
/** What a caller has still to read, before more of it is dropped. */
const unreadBytesMax = 16 * 1024 * 1024;
const failureCode = 1;

/** Carries out calls until it is disposed of; `begin` throws for what cannot be. */
export async function serveCommands(
  path: string,
  begin: (call: LocalCall) => void,
): Promise<UnixServer> {
  return await UnixServer.open(path, (socket) => void serve(socket, begin), { callsMax });
}

async function serve(socket: Socket, begin: (call: LocalCall) => void): Promise<void> {
  socket.on("error", () => {}); // whoever has called has gone; nobody waits for the answer
  const caller = new Waiting(socket);
  const frames = readHookFrames(socket);
  try {
    const { value: request } = await frames.next();
    if (request?.kind !== "c") throw new Problem("bad request", "the commands did not come");
    const command = readLocalCommand(request.bytes.toString("utf8").split("\0"), caller);
    if (command !== undefined) begin({ command, caller });
  } catch (error) {
    caller.refuse(messageOf(error));
  } finally {
    await frames.return(undefined).catch(() => {});
    socket.resume();
  }
}

class Waiting implements Caller {
  readonly #socket: Socket;
  #dropped = 0;
  #hasEnded = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get isGone(): boolean {
    return this.#socket.destroyed || this.#socket.readableEnded;
  }

  print(output: "stdout" | "stderr", bytes: Buffer): void {
    if (this.#socket.writableLength > unreadBytesMax) this.#dropped += bytes.length;
    else this.#socket.write(formatHookFrame(output === "stdout" ? "o" : "e", bytes));
  }

  end(code: number): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const note = `(${this.#dropped} more bytes were not kept, for nobody read them)\n`;
    if (this.#dropped > 0) this.#socket.write(formatHookFrame("e", note));
    this.#socket.end(formatHookFrame("x", Buffer.of(code)));
  }

  refuse(reason: string): void {
    if (!this.#hasEnded) this.#socket.write(formatHookFrame("e", `ERROR ${reason}\n`));
    this.end(failureCode);
  }
}
