/**
 * Where a unit's hook tools are answered: a socket in the unit's folder.
 *
 * Only the hook that is running has its secret, so that nobody else can ask or change anything: not
 * another unit's charm, not a hook of yesterday, not whoever else is on the machine. Tools are
 * answered one after the other, in the order in which they came.
 */
import { once } from "node:events";
import { chmod, rm, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { resolve } from "node:path";
import { messageOf } from "#base/problem.ts";
import { type Frame, formatHookFrame, readHookFrames } from "./hook-frames.ts";
import type { HookContext } from "./hook-tool.ts";
import { runHookTool } from "./run-hook-tool.ts";

/** A Unix socket's path cannot be longer. */
const pathBytesMax = 107;

/** The hook that may ask now. */
export interface Running {
  readonly secret: string;
  readonly contextFor: (call: {
    readonly workingFolder: string;
    readonly readInput: () => Promise<string>;
  }) => HookContext;
}

export class HookServer implements AsyncDisposable {
  readonly path: string;
  readonly #server = createServer({ allowHalfOpen: true });
  #running: Running | undefined;
  #turn: Promise<void> = Promise.resolve();

  private constructor(path: string) {
    this.path = path;
  }

  /** Throws when the path is too long for a socket. */
  static async open(path: string): Promise<HookServer> {
    if (Buffer.byteLength(path) > pathBytesMax) {
      const reason = `a socket's path has at most ${pathBytesMax} bytes`;
      throw new Error(`cannot serve hook tools at ${path}: ${reason}`);
    }
    const server = new HookServer(path);
    await rm(path, { force: true });
    server.#server.on("connection", (socket) => void server.#serve(socket));
    server.#server.listen(path);
    await once(server.#server, "listening");
    await chmod(path, 0o600);
    return server;
  }

  /** From now on the hook may ask, or nobody. */
  setRunning(running: Running | undefined): void {
    this.#running = running;
  }

  /** Resolves when no tool is being answered. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  async #serve(socket: Socket): Promise<void> {
    socket.on("error", () => {}); // the hook has gone; nobody waits for the answer
    const before = this.#turn;
    const turn = Promise.withResolvers<void>();
    this.#turn = turn.promise;
    await before;
    try {
      for await (const answer of this.#answer(readHookFrames(socket), socket)) socket.write(answer);
    } catch (error) {
      socket.write(formatHookFrame("e", `ERROR ${messageOf(error)}\n`));
      socket.write(formatHookFrame("x", Buffer.of(1)));
    } finally {
      socket.end();
      turn.resolve();
    }
  }

  async *#answer(frames: AsyncGenerator<Frame>, socket: Socket): AsyncGenerator<Buffer> {
    const { value: request } = await frames.next();
    if (request?.kind !== "r") return;
    const [secret = "", tool = "", workingFolder = "/", ...args] = (request as Frame).bytes
      .toString("utf8")
      .split("\0");
    const running = this.#running;
    if (running === undefined || running.secret !== secret) {
      const expected = running === undefined ? "" : running.secret.replace(/[0-9a-f]{32}$/, "...");
      yield formatHookFrame("e", `ERROR bad request: expected context id "${expected}"\n`);
      yield formatHookFrame("x", Buffer.of(1));
      return;
    }
    const readInput = async () => {
      socket.write(formatHookFrame("i", ""));
      const { value: input } = await frames.next();
      return input === undefined ? "" : (input as Frame).bytes.toString("utf8");
    };
    const hook = running.contextFor({ workingFolder, readInput });
    const { code, stdout, stderr, outputFile } = await runHookTool(tool, args, hook);
    if (outputFile !== undefined) await writeFile(resolve(workingFolder, outputFile), stdout);
    else if (stdout !== "") yield formatHookFrame("o", stdout);
    if (stderr !== "") yield formatHookFrame("e", stderr);
    yield formatHookFrame("x", Buffer.of(code));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    await rm(this.path, { force: true });
  }
}
