/** What stands between a machine and its controller, in tests. */
import { once } from "node:events";
import { type AddressInfo, connect as connectTcp, createServer, type Socket } from "node:net";

/** A way to the controller that can be cut. */
export class Way implements AsyncDisposable {
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((socket) => this.#forward(socket));
  readonly #to: string;

  private constructor(to: string) {
    this.#to = to;
  }

  /** To the address, as in `127.0.0.1:17070`. */
  static async open(to: string): Promise<Way> {
    const way = new Way(to);
    way.#server.listen(0, "127.0.0.1");
    await once(way.#server, "listening");
    return way;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  #forward(socket: Socket): void {
    const [host = "", port] = this.#to.split(":");
    const onwards = connectTcp(Number(port), host);
    for (const [from, to] of [
      [socket, onwards],
      [onwards, socket],
    ] as const) {
      this.#sockets.add(from);
      from.on("error", () => {}).on("close", () => to.destroy());
      from.pipe(to);
    }
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.cut();
  }
}
