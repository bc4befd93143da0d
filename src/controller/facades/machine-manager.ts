/** Serves MachineManager: machines that are asked for by themselves. */
import { formatBase } from "#charm/base.ts";
import { type DestroyedMachine, MachineManager } from "#contract/machine-manager.ts";
import { parseTagOf, toTag } from "#contract/tags.ts";
import { refuseOtherArch } from "#domain/constraints/constraints.ts";
import { addMachine } from "#domain/deployment/place.ts";
import { listUnstarted, retryInstance } from "#domain/machine/retry.ts";
import { removeMachine, unitsToGo } from "#domain/removal/remove-machine.ts";
import type { ReadTransaction } from "#store/database.ts";
import { attempt, implement } from "../facade.ts";
import { refuseGiven } from "../refuse-given.ts";
import { mannerOf } from "../removal-manner.ts";
import { read, write } from "../session.ts";
import { tellStorage } from "../storage-details.ts";
import { findUnsupported } from "../unsupported.ts";

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
