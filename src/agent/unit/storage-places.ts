/**
 * Where a unit's storage lies on its machine: made before the charm hears of it, and cleared away
 * when it has given it up.
 *
 * What the cloud keeps lies in a folder of the cloud's; what the machine keeps lies in the unit's own
 * folder, as a folder or as memory. Where the charm names a location, a link leads from there, if
 * nothing else is in the way; on a host that charms have to themselves it is mounted there, since
 * some look whether it is. Everything is looked at anew when something has changed and when the
 * agent starts, and doing any of it again is harmless.
 */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { exists, isMissing, makeFolder, removeTree, syncFolder } from "#base/files.ts";
import { mountMemory, unmountBelow } from "#base/mounts.ts";
import { leavePlace, leavePlaces, noteOf, takePlace } from "#base/places.ts";
import { messageOf, Problem } from "#base/problem.ts";
import type { DesiredStorage } from "#contract/machine-agent.ts";
import type { UnitSetting } from "./setting.ts";
import type { KnownStorage, UnitState } from "./state.ts";

type Known = UnitState["storage"];

/** What there is of one storage: where it is, and what is to be said of that. */
interface Found {
  readonly location: string;
  readonly message: string;
}

type Setting = Pick<UnitSetting, "clock" | "controller" | "hasHost" | "log" | "paths" | "wrench">;

const retry = Temporal.Duration.from({ seconds: 10 });

export class StoragePlaces {
  readonly #setting: Setting;
  readonly #found = new Map<string, Found>();
  #seen = "";
  #retryAt: Temporal.Instant | null = null;

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  /** Where the storage is that is ready to be told of. */
  get ready(): ReadonlyMap<string, string> {
    const ready = [...this.#found].filter(([, { location }]) => location !== "");
    return new Map(ready.map(([id, { location }]) => [id, location]));
  }

  /** When something that could not be made is to be tried again. */
  get retryAt(): Temporal.Instant | null {
    return this.#retryAt;
  }

  /** Makes what is desired, clears away what is neither that nor known to the charm, and says so. */
  async keep(desired: readonly DesiredStorage[], known: Known): Promise<void> {
    const seen = JSON.stringify([desired, Object.keys(known)]);
    const { clock } = this.#setting;
    const isTime = this.#retryAt && Temporal.Instant.compare(clock.now(), this.#retryAt) >= 0;
    if (seen === this.#seen && !isTime) return;
    this.#retryAt = null;
    await this.#clear(new Set([...desired.map(({ id }) => id), ...Object.keys(known)]));
    for (const each of desired) {
      if (each.life === "alive") await this.#make(each, known[each.id]);
    }
    this.#seen = seen;
  }

  async #clear(kept: ReadonlySet<string>): Promise<void> {
    const { paths, log, clock } = this.#setting;
    for (const id of this.#found.keys()) if (!kept.has(id)) this.#found.delete(id);
    const names = (await exists(paths.storage)) ? await readdir(paths.storage) : [];
    const used = new Set([...kept].map(nameOf));
    for (const name of new Set(names.map((each) => each.replace(/\.place$/, "")))) {
      if (used.has(name) || name.startsWith(".")) continue;
      try {
        await clearPlace(paths.storage, name);
      } catch (error) {
        log.write("WARNING", `cannot clear storage ${name}: ${messageOf(error)}`);
        this.#retryAt = clock.now().add(retry);
      }
    }
  }

  async #make(wanted: DesiredStorage, known: KnownStorage | undefined): Promise<void> {
    if (wanted.provider === "local" && wanted.source === "") return; // the cloud has yet to make it
    const { log, clock, wrench } = this.#setting;
    const before = this.#found.get(wanted.id);
    const found = await this.#place(wanted, known).catch((error: unknown) => ({
      ...{ location: "", message: messageOf(error) },
    }));
    if (found.location === "") this.#retryAt = clock.now().add(retry);
    if (before?.location === found.location && before.message === found.message) return;
    if (found.message !== "") log.write("WARNING", `storage ${wanted.id}: ${found.message}`);
    wrench.at("storage-placed");
    await this.#setting.controller.reportStorage({ storage: wanted.id, ...found });
    this.#found.set(wanted.id, found);
  }

  /** What the charm has been told stays so, even if the place that it wanted is free by now. */
  async #place(wanted: DesiredStorage, known: KnownStorage | undefined): Promise<Found> {
    const target = await this.#makeTarget(wanted);
    const { id, location: place } = wanted;
    if (place === "") return { location: target, message: "" };
    if (known?.location === target) {
      const before = this.#found.get(id);
      return before?.location === target ? before : elsewhere(target, place);
    }
    const { paths, hasHost: isMount } = this.#setting;
    await makeFolder(paths.storage);
    const note = noteOf(paths.storage, nameOf(id));
    const reason = await takePlace({ note, place, target, isMount });
    if (reason === undefined) return { location: place, message: "" };
    return { location: target, message: `not at ${place}, since ${reason}` };
  }

  /** The folder that the data lies in. */
  async #makeTarget({ id, provider, source, size }: DesiredStorage): Promise<string> {
    if (provider === "local") {
      await refuseMissing(source);
      return source;
    }
    const { paths } = this.#setting;
    const target = join(paths.storage, nameOf(id));
    await makeFolder(target);
    await syncFolder(paths.storage);
    if (provider === "tmpfs") await mountTmpfs(target, size);
    else if (provider !== "rootfs") throw unknownProvider(provider);
    return target;
  }
}

/** What was in the way when the charm heard of it is not known any more. */
function elsewhere(location: string, place: string): Found {
  return { location, message: `not at ${place}, where something was in the way` };
}

function unknownProvider(provider: string): Problem {
  return new Problem("not supported", `this agent knows no storage of provider "${provider}"`);
}

async function mountTmpfs(folder: string, size: number): Promise<void> {
  try {
    await mountMemory(folder, size);
  } catch (error) {
    const message = `cannot mount tmpfs, which takes root and a host that permits it: ${messageOf(error)}`;
    throw new Problem("not supported", message, { cause: error });
  }
}

/** A folder that somebody has removed is not made anew, for its data would seem to be there. */
async function refuseMissing(folder: string): Promise<void> {
  try {
    if ((await stat(folder)).isDirectory()) return;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  throw new Problem("not found", `there is no folder ${folder} any more`);
}

async function clearPlace(folder: string, name: string): Promise<void> {
  await leavePlace(noteOf(folder, name));
  await unmountBelow(join(folder, name));
  await removeTree(join(folder, name));
}

/** Gives back what a unit that is gone has taken; what lies in its own folder goes with that. */
export async function leaveStorage(folder: string): Promise<void> {
  await leavePlaces(folder);
  if (await exists(folder)) await unmountBelow(folder);
}

/** As in `data-0`, for `data/0`. */
function nameOf(id: string): string {
  return id.replace("/", "-");
}
