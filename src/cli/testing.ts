/** Somebody's desk: a folder for the client's files, and the command line as they run it. */
import { spawn } from "node:child_process";
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "#base/clock.ts";
import { ClientStore } from "#client/files/store.ts";
import {
  controllerUuid,
  password,
  shop,
  startTestController,
  type TestController,
} from "#controller/testing.ts";
import { migrations } from "#domain/schema.ts";
import { openSqlite } from "#store/sqlite.ts";
import { Store } from "#store/store.ts";

/** Python is there wherever charms are, and knows how to be a terminal. */
const atTerminal = [
  "python3",
  "-c",
  "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))",
];
const program = join(import.meta.dirname, "..", "bin", "jumar.ts");

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Manner {
  readonly environment?: Readonly<Record<string, string>>;
  /** Somebody sits at a terminal, and sees both outputs as one. */
  readonly isTerminal?: boolean;
  /** What they type. */
  readonly input?: string;
  /** Whoever should read what is printed has gone before it is. */
  readonly isUnread?: boolean;
  /** Called with what has been printed so far, and what signals the command, once. */
  readonly onOutput?: (printed: string, end: (signal: NodeJS.Signals) => void) => void;
}

export class Desk implements AsyncDisposable {
  /** For whatever a test puts there. */
  readonly folder: string;
  readonly files: ClientStore;
  readonly #stack: AsyncDisposableStack;

  private constructor(folder: string, stack: AsyncDisposableStack) {
    this.folder = folder;
    this.files = new ClientStore(join(folder, "client"), systemClock);
    this.#stack = stack;
  }

  static async open(): Promise<Desk> {
    await using stack = new AsyncDisposableStack();
    const { path } = stack.use(await mkdtempDisposable(join(tmpdir(), "jumar-desk-")));
    return new Desk(path, stack.move());
  }

  /** Runs the command line with the words, in the desk's folder. */
  async run(words: string | readonly string[], manner: Manner = {}): Promise<Ran> {
    const args = typeof words === "string" ? words.split(" ").filter(Boolean) : words;
    const { JUJU_MODEL: _, JUJU_CONTROLLER: __, NO_COLOR: ___, ...own } = process.env;
    const [file = "", ...rest] = [
      ...(manner.isTerminal ? atTerminal : []),
      ...[process.execPath, "--disable-warning=ExperimentalWarning", program, ...args],
    ];
    const child = spawn(file, rest, {
      cwd: this.folder,
      env: { ...own, JUJU_DATA: this.files.folder, ...manner.environment },
      stdio: ["pipe", "pipe", "pipe"],
    });
    child.stdin.end(manner.input ?? "");
    const end = (signal: NodeJS.Signals) => {
      if (!child.killed) child.kill(signal);
    };
    const said = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (piece: string) => {
        said[stream] += piece;
        manner.onOutput?.(said.stdout + said.stderr, end);
      });
    }
    if (manner.isUnread) child.stdout.destroy();
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject).once("close", resolve);
    });
    return { status, ...said };
  }

  /** The path of a new file with that content. */
  async file(name: string, content: string): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, content);
    return path;
  }

  /** Starts a controller that the client knows as `test`; its user is anna, her model `shop`. */
  async withController(): Promise<TestController> {
    const open = () => Store.open(openSqlite(join(this.folder, "jumar.db")), migrations);
    const controller = this.#stack.use(await startTestController(open));
    const { address, caCertificate } = controller;
    await this.files.saveController("test", {
      ...{ uuid: controllerUuid, addresses: [address], caCertificate },
      ...{ cloud: "local", region: "here", type: "local", agentVersion: "3.6.100" },
    });
    await this.files.saveAccount("test", { user: "anna", password, access: "login" });
    await this.files.saveModels("test", new Map([["anna/shop", shop]]));
    await this.files.setCurrentModel("test", "anna/shop");
    await this.files.setCurrentController("test");
    return controller;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}
