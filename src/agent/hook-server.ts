/**
 * Where a unit's hook tools are answered: a socket in the unit's folder.
 *
 * Only the hook that is running has its secret, so that nobody else can ask or change anything: not
 * another unit's charm, not a hook of yesterday, not whoever else is on the machine. Tools are
 * answered one after the other. One that has still to be sent its input holds up no other, for
 * what it waits for may be what another tool prints.
 */
import { writeFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { resolve } from "node:path";
import { messageOf, Problem } from "#base/problem.ts";
import { isSameSecret } from "#base/secret.ts";
import type { HookContext } from "./hook-context.ts";
import { type Frame, formatHookFrame, readHookFrames } from "./hook-frames.ts";
import { runHookTool } from "./hook-tool-kit/run-hook-tool.ts";
import { Turns } from "./turns.ts";
import { UnixServer } from "./unix-server.ts";

/** The hook that may ask now. */
export interface Running {
  readonly secret: string;
  readonly contextFor: (call: {
    readonly workingFolder: string;
    readonly readInput: () => Promise<Buffer>;
  }) => HookContext;
}

/** A tool that has called. */
interface Call {
  readonly socket: Socket;
  readonly frames: AsyncGenerator<Frame, undefined>;
}

export class HookServer implements AsyncDisposable {
  readonly #turns = new Turns();
  /** Those who have not sent yet what is waited for. */
  readonly #awaited = new Set<Socket>();
  #server: UnixServer | undefined;
  #running: Running | undefined;
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async open(path: string): Promise<HookServer> {
    const server = new HookServer(path);
    server.#server = await UnixServer.open(path, (socket) => void server.#serve(socket));
    return server;
  }

  /** From now on the hook may ask, or nobody. */
  setRunning(running: Running | undefined): void {
    this.#running = running;
  }

  /** Resolves when no tool is being answered. Nobody waits for those who have not said all. */
  async settled(): Promise<void> {
    for (const socket of this.#awaited) socket.destroy();
    await this.#turns.settled();
  }

  async #serve(socket: Socket): Promise<void> {
    socket.on("error", () => {}); // the hook has gone; nobody waits for the answer
    const call = { socket, frames: readHookFrames(socket) };
    try {
      const request = await this.#next(call);
      if (request?.kind === "r") await this.#answer(call, request.bytes.toString("utf8"));
    } catch (error) {
      refuse(socket, messageOf(error));
    } finally {
      socket.end();
      await call.frames.return(undefined).catch(() => {});
      socket.resume(); // what it sends beyond its request is read, so that it comes to its answer
    }
  }

  async #next({ socket, frames }: Call): Promise<Frame | undefined> {
    this.#awaited.add(socket);
    try {
      return (await frames.next()).value;
    } finally {
      this.#awaited.delete(socket);
    }
  }

  async #answer(call: Call, request: string): Promise<void> {
    const [secret = "", tool = "", workingFolder = "/", ...args] = request.split("\0");
    const { socket } = call;
    let giveBack = await this.#turns.take();
    try {
      const running = this.#admit(secret);
      const readInput = async () => {
        giveBack();
        socket.write(formatHookFrame("i", ""));
        const input = await this.#next(call);
        giveBack = await this.#turns.take();
        this.#admit(secret);
        if (input === undefined) throw new Problem("bad request", "the input did not come");
        return input.bytes;
      };
      const hook = running.contextFor({ workingFolder, readInput });
      const { code, stdout, stderr, outputFile } = await runHookTool(tool, args, hook);
      if (outputFile !== undefined) await write(resolve(workingFolder, outputFile), stdout);
      else if (stdout !== "") socket.write(formatHookFrame("o", stdout));
      if (stderr !== "") socket.write(formatHookFrame("e", stderr));
      socket.write(formatHookFrame("x", Buffer.of(code)));
    } finally {
      giveBack();
    }
  }

  /** Throws unless it is the secret of the hook that is running now, which is not told to others. */
  #admit(secret: string): Running {
    const running = this.#running;
    if (running !== undefined && isSameSecret(running.secret, secret)) return running;
    const expected = running?.secret.replace(/[0-9a-f]{32}$/, "...") ?? "";
    const contexts = `expected context id "${expected}", got ${JSON.stringify(secret)}`;
    throw new Problem("bad request", `bad request: ${contexts}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#awaited) socket.destroy();
    await this.#server?.[Symbol.asyncDispose]();
  }
}

async function write(path: string, output: string): Promise<void> {
  try {
    await writeFile(path, output);
  } catch (error) {
    throw new Problem("not valid", `cannot write ${path}: ${messageOf(error)}`, { cause: error });
  }
}

function refuse(socket: Socket, message: string): void {
  socket.write(formatHookFrame("e", `ERROR ${message}\n`));
  socket.write(formatHookFrame("x", Buffer.of(1)));
}
