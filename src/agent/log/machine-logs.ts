/**
 * The logs of a machine: a file for itself and for each unit, which say everything, and of that what
 * the model wants to have, on its way to the controller.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "#base/clock.ts";
import { isMissing, writeFileDurably } from "#base/files.ts";
import { fileSink, formatEntry, type Log, type LogSink } from "#base/log.ts";
import { keeperOf, usualLoggingConfig } from "#base/logging-config.ts";
import { isProblem } from "#base/problem.ts";
import { supervise } from "#base/supervisor.ts";
import type { Wrench } from "#base/wrench.ts";
import type { Link } from "../machine/link.ts";
import { LogShipper } from "./shipper.ts";
import { LogSpool } from "./spool.ts";

export interface MachineLogs {
  /** For whoever has the tag: into the file, and what is wanted of it to the controller. */
  sinkOf(tag: string, file: string): LogSink;
  /** What of it is wanted from now on, as in `<root>=INFO;unit=DEBUG`; what cannot be read is ignored. */
  configure(config: string): Promise<void>;
  /** Resolves when the controller has what has been logged so far, or after a while. */
  shipped(signal: AbortSignal): Promise<void>;
}

/** What is logged goes into files, and nowhere else. */
export const filesOnly: MachineLogs = {
  sinkOf: (_tag, file) => toFile(file),
  configure: async () => {},
  shipped: async () => {},
};

interface ShipperNeeds {
  readonly tag: string;
  readonly link: Link;
  readonly clock: Clock;
  readonly wrench: Wrench;
  readonly log: Log;
}

export class ShippedLogs implements MachineLogs, AsyncDisposable {
  readonly #folder: string;
  readonly #spool: LogSpool;
  #config: string;
  #isKept: ReturnType<typeof keeperOf>;
  #shipper: LogShipper | undefined;

  private constructor(folder: string, spool: LogSpool, config: string) {
    this.#folder = folder;
    this.#spool = spool;
    this.#config = config;
    this.#isKept = keeperOf(config);
  }

  /** What was wanted when the agent ran last is wanted until somebody says something else. */
  static open(folder: string): ShippedLogs {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return new ShippedLogs(folder, LogSpool.open(folder), readConfig(folder));
  }

  sinkOf(entity: string, file: string): LogSink {
    const write = toFile(file);
    return (entry) => {
      write(entry);
      const { time, level, module, message } = entry;
      if (!this.#isKept(module, level)) return;
      this.#spool.append({ time: time.epochMilliseconds, entity, level, module, message });
    };
  }

  async configure(config: string): Promise<void> {
    if (config === this.#config || config === "") return;
    const isKept = findKeeper(config);
    if (isKept === undefined) return;
    this.#isKept = isKept;
    this.#config = config;
    // What cannot be written down is heard again from the controller, and a full disk ends no agent.
    await writeFileDurably(configPath(this.#folder), `${config}\n`).catch(() => {});
  }

  /** Brings it to the controller until `signal` aborts. */
  async ship({ log, clock, ...needs }: ShipperNeeds, signal: AbortSignal): Promise<void> {
    const shipper = new LogShipper({ ...needs, clock, spool: this.#spool });
    this.#shipper = shipper;
    const task = { name: "log shipper", run: (its: AbortSignal) => shipper.run(its) };
    await supervise(task, { clock, log }, signal);
  }

  async shipped(signal: AbortSignal): Promise<void> {
    await this.#shipper?.shipped(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#spool[Symbol.asyncDispose]();
  }
}

function toFile(path: string): LogSink {
  const write = fileSink(path);
  return (entry) => write(formatEntry(entry));
}

function configPath(folder: string): string {
  return join(folder, "logging-config");
}

function readConfig(folder: string): string {
  try {
    const config = readFileSync(configPath(folder), "utf8").trim();
    return findKeeper(config) ? config : usualLoggingConfig;
  } catch (error) {
    if (isMissing(error)) return usualLoggingConfig;
    throw error;
  }
}

/** Undefined for a text that a newer controller, or a hand on this machine, may have written. */
function findKeeper(config: string): ReturnType<typeof keeperOf> | undefined {
  try {
    return keeperOf(config);
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}
