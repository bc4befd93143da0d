/**
 * What a hook writes, until it has succeeded.
 *
 * Each write goes into a file as well, at once. So what a hook that succeeded wrote is still known
 * to an agent that was killed in the meantime.
 */
import { join } from "node:path";
import { exists } from "#base/files.ts";
import { Journal } from "#base/journal.ts";
import { type PortRange, refuseManyPorts, refusePortConflict } from "#charm/port-range.ts";
import type { HookChanges, Measurement, StorageWish } from "#contract/unit-agent.ts";
import type { Settings } from "../../hook-context.ts";
import { closed, opened, without } from "./port-changes.ts";

export const noChanges: HookChanges = {
  relations: [],
  "open-ports": [],
  "close-ports": [],
  state: {},
  secrets: [],
};

export class PendingChanges implements AsyncDisposable {
  readonly #path: string;
  /** Most hooks write nothing, and need no file. */
  #opened: Promise<Journal<HookChanges>> | undefined;
  #changes = noChanges;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Opens those of the run whose folder it is; those that it has made already are there. */
  static async open(folder: string): Promise<PendingChanges> {
    const pending = new PendingChanges(join(folder, "changes"));
    if (await exists(pending.#path)) await pending.#journal();
    return pending;
  }

  /** Where it could not be opened, as on a full disk, the next write tries again. */
  async #journal(): Promise<Journal<HookChanges>> {
    this.#opened ??= Journal.open<HookChanges>(this.#path).then(({ journal, last }) => {
      this.#changes = { ...this.#changes, ...last };
      return journal;
    });
    try {
      return await this.#opened;
    } catch (error) {
      this.#opened = undefined;
      throw error;
    }
  }

  get all(): HookChanges {
    return this.#changes;
  }

  /** What the hook has written for the unit or the application; empty values are keys that go. */
  settingsOf(relation: number, isApplication: boolean): Settings {
    return this.#find(relation, isApplication)?.settings ?? {};
  }

  async setSettings(relation: number, application: boolean, settings: Settings): Promise<void> {
    const present = this.#find(relation, application);
    const others = this.#changes.relations.filter((each) => each !== present);
    const merged = { relation, application, settings: { ...present?.settings, ...settings } };
    await this.#write({ relations: [...others, merged] });
  }

  /** `open` are those that the unit had open before. Throws `not valid` where ranges overlap. */
  async openPorts(
    ranges: readonly PortRange[],
    { unit, open }: { readonly unit: string; readonly open: readonly PortRange[] },
  ): Promise<void> {
    let present = this.portsAfter(open);
    for (const range of ranges) {
      refusePortConflict(unit, range, present);
      refuseManyPorts(unit, range, present);
      present = opened(present, range);
    }
    await this.#setPorts(open, present);
  }

  /** `endpoints` are all that the charm has. */
  async closePort(
    range: PortRange,
    {
      open,
      endpoints,
    }: { readonly open: readonly PortRange[]; readonly endpoints: readonly string[] },
  ): Promise<void> {
    await this.#setPorts(open, closed(this.portsAfter(open), range, endpoints));
  }

  /** The unit's ranges once the hook has succeeded, of those that it had open before. */
  portsAfter(open: readonly PortRange[]): readonly PortRange[] {
    const { "open-ports": opening, "close-ports": closing } = this.#changes;
    return [...without(open, closing), ...without(opening, open)];
  }

  async setState(values: Settings): Promise<void> {
    await this.#write({ state: { ...this.#changes.state, ...values } });
  }

  async setSecrets(secrets: HookChanges["secrets"]): Promise<void> {
    await this.#write({ secrets });
  }

  /** They survive a power cut from now on. */
  async keep(): Promise<void> {
    const journal = await this.#journal();
    await journal.write(this.#changes, { durable: true });
  }

  async addStorage(wanted: readonly StorageWish[]): Promise<void> {
    await this.#write({ "add-storage": [...(this.#changes["add-storage"] ?? []), ...wanted] });
  }

  async addMetrics(measured: readonly Measurement[]): Promise<void> {
    await this.#write({ metrics: [...(this.#changes.metrics ?? []), ...measured] });
  }

  async #setPorts(open: readonly PortRange[], wanted: readonly PortRange[]): Promise<void> {
    await this.#write({
      "open-ports": [...without(wanted, open)],
      "close-ports": [...without(open, wanted)],
    });
  }

  #find(relation: number, application: boolean) {
    return this.#changes.relations.find(
      (each) => each.relation === relation && each.application === application,
    );
  }

  async #write(changes: Partial<HookChanges>): Promise<void> {
    this.#changes = { ...this.#changes, ...changes };
    const journal = await this.#journal();
    await journal.write(this.#changes, { durable: false });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const journal = await this.#opened?.catch(() => undefined);
    await journal?.[Symbol.asyncDispose]();
  }
}
