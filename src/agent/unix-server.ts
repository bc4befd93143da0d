/** A socket of the machine's own: whoever calls it is root, as everybody who may open it. */
import { once } from "node:events";
import { chmod, type FileHandle, open, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { basename, dirname, join } from "node:path";
import { socketPathBytesMax } from "./hook-frames.ts";

const onlyOwner = 0o600;
const withheldFromOthers = 0o177;

export class UnixServer implements AsyncDisposable {
  readonly path: string;
  readonly #server = createServer({ allowHalfOpen: true });
  readonly #folder: FileHandle;

  private constructor(path: string, folder: FileHandle) {
    this.path = path;
    this.#folder = folder;
  }

  /** Calls beyond `callsMax` at a time are cut off; without it there may be any number. */
  static async open(
    path: string,
    serve: (socket: Socket) => void,
    { callsMax }: { readonly callsMax?: number } = {},
  ): Promise<UnixServer> {
    const server = new UnixServer(path, await open(dirname(path)));
    await rm(path, { force: true });
    if (callsMax !== undefined) server.#server.maxConnections = callsMax;
    server.#server.on("connection", serve);
    server.#listen();
    await once(server.#server, "listening");
    await chmod(path, onlyOwner);
    return server;
  }

  /** The socket is made at once, so that nobody else ever had access to it. */
  #listen(): void {
    const before = process.umask(withheldFromOthers);
    this.#server.listen(this.#placeToListen());
    process.umask(before);
  }

  /** However deep the folder is, there is a short way to it. */
  #placeToListen(): string {
    if (Buffer.byteLength(this.path) <= socketPathBytesMax) return this.path;
    return join(`/proc/self/fd/${this.#folder.fd}`, basename(this.path));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    await rm(this.path, { force: true });
    await this.#folder.close();
  }
}
