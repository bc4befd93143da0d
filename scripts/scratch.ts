/**
 * A cloud to try things in: a client folder, a machines folder, and the programs as a user runs
 * them. It is gone afterwards, with every process that it started.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { StatusDocument } from "#cli/status/status-document.ts";
import { root } from "./bundle.ts";

const patienceMs = 120_000;
const pollMs = 250;
/** Of each log, in what is said of a cloud that does not become what it should be. */
const logLinesSeen = 40;

/** How a command went. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly pid: number;
  /** The words of its command line. */
  readonly words: readonly string[];
  /** Where it works. */
  readonly cwd: string;
}

export interface Surroundings {
  /** Ends what runs, and what waits. */
  readonly signal?: AbortSignal;
  readonly environment?: Readonly<Record<string, string>>;
}

export class Scratch implements AsyncDisposable {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly #signal: AbortSignal;

  private constructor(folder: string, { signal, environment }: Surroundings) {
    this.folder = folder;
    const own = { JUJU_DATA: join(folder, "client"), XDG_CACHE_HOME: join(folder, "cache") };
    this.environment = { ...process.env, ...environment, ...own };
    this.#signal = signal ?? new AbortController().signal;
  }

  static async open(surroundings: Surroundings = {}): Promise<Scratch> {
    return new Scratch(await mkdtemp(join(tmpdir(), "jumar-scratch-")), surroundings);
  }

  /** Where the local cloud keeps its machines; for `bootstrap --data-dir`. */
  get cloud(): string {
    return join(this.folder, "cloud");
  }

  /** What the command prints. Throws what it says when it fails. */
  async jumar(command: string, onOutput?: (piece: string) => void): Promise<string> {
    const { status, stdout, stderr } = await this.run(command.split(" "), onOutput);
    if (status === 0) return stdout;
    throw new Error(`"jumar ${command}" ended with ${status}: ${stderr}`);
  }

  /** Runs the command line, from the project's folder, as a user would. */
  async run(words: readonly string[], onOutput?: (piece: string) => void): Promise<Ran> {
    this.#signal.throwIfAborted();
    const child = spawn(join(root, "bin", "jumar"), words, {
      cwd: root,
      env: this.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (piece: string) => {
        said[stream] += piece;
        onOutput?.(piece);
      });
    }
    const status = await new Promise<number>((resolve, reject) => {
      child.once("error", reject).once("close", (code) => resolve(code ?? 1));
    });
    return { status, ...said };
  }

  /** As `jumar status` tells programs; of the current model unless words say otherwise. */
  async status(...words: readonly string[]): Promise<StatusDocument> {
    return JSON.parse(await this.jumar(["status", "--format=json", ...words].join(" ")));
  }

  /** Waits until it is so; returns the first that is not undefined. Throws what was not so. */
  async until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen;
      if (performance.now() > deadline) {
        const said = `not so after ${patienceMs / 1000} seconds: ${what}`;
        throw new Error(`${said}\n${await this.#sight()}`);
      }
      await sleep(pollMs, undefined, { signal: this.#signal });
    }
  }

  /** How the cloud looks to somebody who has to find out what went wrong there. */
  async #sight(): Promise<string> {
    const status = await this.run(["status", "--relations"]);
    const files = await readdir(this.folder, { recursive: true });
    const logs = files.filter((file) => file.endsWith(".log")).toSorted();
    const ends = logs.map(async (file) => {
      const lines = (await readFile(join(this.folder, file), "utf8")).trimEnd().split("\n");
      return [`--- ${file}`, ...lines.slice(-logLinesSeen)].join("\n");
    });
    return [status.stdout + status.stderr, ...(await Promise.all(ends))].join("\n");
  }

  /** The processes that have to do with this cloud. */
  async processes(): Promise<readonly Running[]> {
    const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
    const all = await Promise.all(pids.map(look));
    return all.filter(({ words, cwd }) =>
      [...words, cwd].some((word) => word.startsWith(this.folder)),
    );
  }

  /** Ends what still runs, and removes the folder; with `JUMAR_KEEP_SCRATCH` it says where it is. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.environment.JUMAR_KEEP_SCRATCH) {
      process.stderr.write(`kept: JUJU_DATA=${this.environment.JUJU_DATA}\n`);
      return;
    }
    // A launcher that is killed before its agent cannot start another.
    for (let left = await this.processes(); left.length > 0; left = await this.processes()) {
      for (const { pid } of left) killHard(pid);
      await sleep(10);
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export function killHard(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has gone by itself.
  }
}

/** A process that has gone, and the kernel's own, have neither words nor a place. */
async function look(pid: number): Promise<Running> {
  const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => "");
  return { pid, words: line.split("\0").filter((word) => word !== ""), cwd };
}
