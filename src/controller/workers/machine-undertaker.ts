/**
 * Stops the instances of dead machines and then forgets the machines.
 *
 * The order matters: a machine leaves the store only after its cloud has confirmed the stop, so
 * that a crash in between repeats the stop (which is idempotent) and never leaks an instance. A
 * machine without an instance may be getting one right now: those are the provisioner's.
 */
import * as machine from "#domain/machine/machine.ts";
import { eachByItself, type Needs, worker } from "../worker.ts";

const retryDelay = Temporal.Duration.from({ seconds: 10 });

export default worker({
  name: "machine-undertaker",
  watches: ["machine"],

  async pass(needs, signal) {
    const machines = await needs.services.store.read(needs.model, machine.list);
    const areBuried = await eachByItself(machines, needs.log, (each) => bury(needs, each, signal));
    return areBuried ? "when something changes" : retryDelay;
  },
});

async function bury(
  { services, model, provider }: Needs,
  { id, life, instanceId }: machine.Machine,
  signal: AbortSignal,
): Promise<void> {
  if (life !== "dead" || instanceId === null) return;
  await provider.stop(instanceId, signal);
  await services.store.write(model, (tx) => machine.remove(tx, id));
}
