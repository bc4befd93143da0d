/**
 * Stops the instances of dead machines and then forgets the machines.
 *
 * The order matters: a machine leaves the store only after its cloud has confirmed the stop, so
 * that a crash in between repeats the stop (which is idempotent) and never leaks an instance. A
 * machine without an instance may be getting one right now: those are the provisioner's.
 *
 * `provisioner-harvest-mode` says which instances are stopped: those of machines that were removed,
 * those that belong to no machine that the model knows of, both, or none.
 */
import * as machine from "#domain/machine/machine.ts";
import * as model from "#domain/model/model.ts";
import { eachByItself, type Needs, worker } from "../worker.ts";

const retryDelay = Temporal.Duration.from({ seconds: 10 });
/** Nothing says that the cloud has something that nobody knows of. */
const checkInterval = Temporal.Duration.from({ minutes: 1 });

export default worker({
  name: "machine-undertaker",
  watches: ["machine", "model"],

  async pass(needs, signal) {
    const mode = await findMode(needs);
    const machines = await needs.services.store.read(needs.model, machine.list);
    const stopsRemoved = mode === "destroyed" || mode === "all";
    const areBuried = await eachByItself(machines, needs.log, (each) =>
      bury(needs, { ...each, isStopped: stopsRemoved && !each.keepsInstance }, signal),
    );
    const isSeeking = mode === "unknown" || mode === "all";
    const areStopped = !isSeeking || (await stopUnknown(needs, signal));
    if (!areBuried || !areStopped) return retryDelay;
    return isSeeking ? checkInterval : "when something changes";
  },
});

async function findMode({ services, model: uuid }: Needs): Promise<unknown> {
  const settings = await services.store.read(uuid, async (tx) =>
    (await model.find(tx, uuid)) ? model.getSettings(tx) : undefined,
  );
  return settings?.["provisioner-harvest-mode"] ?? "destroyed";
}

async function bury(
  { services, model: uuid, provider }: Needs,
  { id, life, instanceId, isStopped }: machine.Machine & { readonly isStopped: boolean },
  signal: AbortSignal,
): Promise<void> {
  if (life !== "dead" || instanceId === null) return;
  if (isStopped) await provider.stop(instanceId, signal);
  await services.store.write(uuid, (tx) => machine.remove(tx, id));
}

/** The machines are listed after the instances, so that none is unknown which is just being started. */
async function stopUnknown(needs: Needs, signal: AbortSignal): Promise<boolean> {
  const { services, model: uuid, provider, log } = needs;
  const instances = await provider.list(services.identity.uuid, uuid);
  const machines = await services.store.read(uuid, machine.list);
  const known = new Set(machines.map(({ id }) => id));
  const unknown = instances.filter(({ key }) => !known.has(key.machine));
  return eachByItself(unknown, log, ({ id }) => provider.stop(id, signal));
}
