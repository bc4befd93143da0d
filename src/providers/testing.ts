/** A cloud in memory, for tests: what it is asked it does at once, or when it is let. */
import { setImmediate as turn } from "node:timers/promises";
import { Problem } from "#base/problem.ts";
import type { FilesystemKey, Instance, InstanceKey, Provider, StartUp } from "./provider.ts";

interface FakeInstance extends Instance {
  readonly startUp: StartUp;
}

/** Can go away and come back, can be slow, and knows what became of each instance. */
export class FakeCloud implements Provider {
  /** What is kept for storage, by the name of the filesystem. */
  readonly filesystems = new Map<string, string>();
  readonly instances = new Map<string, FakeInstance>();
  /** What was started, resumed and stopped, in order, as in `stop i-shop-0`. */
  readonly deeds: string[] = [];
  #isDown = false;
  #gate: Promise<void> = Promise.resolve();
  /** The machines whose starts are being held up. */
  readonly #held = new Set<string>();

  goDown(): void {
    this.#isDown = true;
  }

  comeBack(): void {
    this.#isDown = false;
  }

  /** Holds up every start from now on until the function that is returned is called. */
  holdStarts(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gate = promise;
    return resolve;
  }

  /** Whoever starts from now on is not held up. */
  holdNoMore(): void {
    this.#gate = Promise.resolve();
  }

  /** Resolves when a start is being held up, that of the machine if one is named. */
  async startAsked(machine?: string): Promise<void> {
    const isAsked = () => (machine === undefined ? this.#held.size > 0 : this.#held.has(machine));
    while (!isAsked()) await turn();
  }

  /** The instance ends by itself, as when its host goes down. */
  kill(id: string): void {
    const found = this.instances.get(id);
    if (found) this.instances.set(id, { ...found, isRunning: false });
  }

  async start(key: InstanceKey, startUp: StartUp): Promise<Instance> {
    this.#held.add(key.machine);
    await this.#gate;
    this.#held.delete(key.machine);
    this.#refuseIfDown();
    const id = `i-${key.model}-${key.machine}`;
    const address = `10.0.0.${key.machine}`;
    const hardware = "arch=amd64 cores=2 mem=4096M";
    const started = { id, key, addresses: [address], hardware, isRunning: true, startUp };
    if (!this.instances.get(id)?.isRunning) this.deeds.push(`start ${id}`);
    this.instances.set(id, started);
    return started;
  }

  async resume(instanceId: string): Promise<void> {
    this.#refuseIfDown();
    const found = this.instances.get(instanceId);
    if (!found) throw new Problem("not found", `there is no instance ${instanceId}`);
    if (found.isRunning) return;
    this.deeds.push(`resume ${instanceId}`);
    this.instances.set(instanceId, { ...found, isRunning: true });
  }

  async stop(instanceId: string): Promise<void> {
    this.#refuseIfDown();
    if (this.instances.delete(instanceId)) this.deeds.push(`stop ${instanceId}`);
  }

  async findLastWords(): Promise<undefined> {}

  async makeFilesystem({ model, filesystem }: FilesystemKey): Promise<string> {
    this.#refuseIfDown();
    const place = `/${model}/${filesystem}`;
    this.filesystems.set(filesystem, place);
    return place;
  }

  async removeFilesystem({ filesystem }: FilesystemKey): Promise<void> {
    this.#refuseIfDown();
    this.filesystems.delete(filesystem);
  }

  async releaseFilesystem({ filesystem }: FilesystemKey): Promise<void> {
    this.#refuseIfDown();
    this.deeds.push(`release ${filesystem}`);
  }

  async removeFilesystems(): Promise<void> {
    this.filesystems.clear();
  }

  async list(controller: string, model?: string): Promise<Instance[]> {
    this.#refuseIfDown();
    const own = [...this.instances.values()].filter(({ key }) => key.controller === controller);
    return own.filter(({ key }) => model === undefined || key.model === model);
  }

  #refuseIfDown(): void {
    if (this.#isDown) throw new Problem("try again", "the cloud is down");
  }
}
