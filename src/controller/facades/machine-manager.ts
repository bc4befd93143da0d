/** Serves MachineManager: machines that are asked for by themselves. */
import { Problem } from "#base/problem.ts";
import { formatBase } from "#charm/base.ts";
import { type DestroyedMachine, MachineManager } from "#contract/machine-manager.ts";
import { parseTagOf, toTag } from "#contract/tags.ts";
import { refuseOtherArch } from "#domain/constraints/constraints.ts";
import { addMachine } from "#domain/deployment/place.ts";
import * as machine from "#domain/machine/machine.ts";
import { listUnstarted, retryInstance } from "#domain/machine/retry.ts";
import { checkUpgrade, complete, prepare, type WantedUpgrade } from "#domain/machine/upgrade.ts";
import { removeMachine, unitsToGo } from "#domain/removal/remove-machine.ts";
import type { ReadTransaction } from "#store/database.ts";
import { attempt, implement } from "../facade.ts";
import { MachineUpgradeWatcher } from "../machine-upgrade-watcher.ts";
import { refuseGiven } from "../refuse-given.ts";
import { mannerOf } from "../removal-manner.ts";
import { read, scopeOf, write } from "../session.ts";
import { tellStorage } from "../storage-details.ts";
import { findUnsupported } from "../unsupported.ts";
import { addWatcher, getWatcher } from "../watchers.ts";

export default implement(MachineManager, {
  async AddMachines(session, params) {
    const { base, constraints, placement, "container-type": container, disks, addresses } = params;
    refuseGiven({
      disks,
      container: container || params["parent-id"],
      host: params["instance-id"] || addresses,
    });
    refuseOtherArch(constraints, session.services.identity.target.arch);
    const id = await write(session, (tx) =>
      addMachine(tx, {
        ...{ constraints, placement, now: session.services.clock.now() },
        base: base && base.name !== "" ? formatBase(base) : "",
      }),
    );
    return { machine: id, ...findUnsupported(session, constraints) };
  },

  async DestroyMachineWithParams(session, { "machine-tags": tags, ...params }) {
    const { force, keep: keepsInstance, "dry-run": isDryRun, "max-wait": maxWait } = params;
    const manner = mannerOf(session, { force, maxWait });
    const results: { error?: unknown; info?: DestroyedMachine }[] = [];
    for (const tag of tags) {
      const one = async () => {
        const id = parseTagOf("machine", tag);
        const look = async (tx: ReadTransaction) => {
          const units = (await unitsToGo(tx, id, manner)).map(({ name }) => name);
          return describe(id, { units, stored: await tellStorage(tx, units, false) });
        };
        const info = isDryRun
          ? await read(session, look)
          : await write(session, async (tx) => {
              const seen = await look(tx);
              await removeMachine(tx, id, { ...manner, keepsInstance });
              return seen;
            });
        return { info };
      };
      results.push(await attempt(session.services.log, one));
    }
    return { results };
  },

  async UpgradeSeriesValidate(session, args) {
    const names = await read(session, (tx) => checkUpgrade(tx, toWanted(args)));
    return { "unit-names": names };
  },

  async UpgradeSeriesPrepare(session, args) {
    const one = () => write(session, (tx) => prepare(tx, toWanted(args)));
    return (await attempt(session.services.log, one)) ?? {};
  },

  async UpgradeSeriesComplete(session, { tag }) {
    const one = () => write(session, (tx) => complete(tx, parseTagOf("machine", tag.tag)));
    return (await attempt(session.services.log, one)) ?? {};
  },

  async WatchUpgradeSeriesNotifications(session, { tag }) {
    const id = parseTagOf("machine", tag);
    await read(session, (tx) => machine.get(tx, id));
    const watched = { model: scopeOf(session), machine: id };
    const watcher = await MachineUpgradeWatcher.open(session.services, watched, session.signal);
    return { NotifyWatcherId: addWatcher(session, watcher) };
  },

  async GetUpgradeSeriesMessages(session, { "watcher-id": id }) {
    const watcher = getWatcher(session, id);
    if (!(watcher instanceof MachineUpgradeWatcher)) {
      throw new Problem("not valid", `watcher "${id}" watches no upgrade of a machine`);
    }
    const { messages, state } = await watcher.tell();
    return { result: messages, state };
  },

  async RetryProvisioning(session, { machines: tags, all }) {
    const ids = all
      ? await read(session, listUnstarted)
      : tags.map((tag) => parseTagOf("machine", tag));
    const now = session.services.clock.now();
    const results: { error?: unknown }[] = [];
    for (const id of ids) {
      const one = () => write(session, (tx) => retryInstance(tx, id, now));
      results.push((await attempt(session.services.log, one)) ?? {});
    }
    return { results };
  },
});

function toWanted(args: {
  readonly tag: { readonly tag: string };
  readonly channel: string;
  readonly force: boolean;
}): WantedUpgrade {
  const { tag, channel: base, force: isForced } = args;
  return { machine: parseTagOf("machine", tag.tag), base, isForced };
}

interface Along {
  readonly units: readonly string[];
  readonly stored: Awaited<ReturnType<typeof tellStorage>>;
}

function describe(id: string, { units, stored }: Along): DestroyedMachine {
  return {
    ...stored,
    "machine-id": id,
    "destroyed-units": units.map((name) => ({ tag: toTag("unit", name) })),
    "destroyed-containers": [],
  };
}
