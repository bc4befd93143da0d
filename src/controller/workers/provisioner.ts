/**
 * Gives each machine of a model an instance, and starts again those that have stopped. It also
 * forgets the machines that died without one, as it alone knows which starts are under way.
 *
 * The cloud knows an instance by the machine that it is for, so that a start which a crash has
 * forgotten is found again and not repeated. What an instance starts with is made from the store
 * alone and is the same each time.
 */

import { createWriteStream } from "node:fs";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { messageOf } from "#base/problem.ts";
import * as agentBinary from "#domain/agent-binary/agent-binary.ts";
import * as constraints from "#domain/constraints/constraints.ts";
import * as machine from "#domain/machine/machine.ts";
import * as model from "#domain/model/model.ts";
import * as status from "#domain/status/status.ts";
import type { Instance, StartUp } from "#providers/provider.ts";
import { formatAgentConf } from "#release/agent-conf.ts";
import { unpackBundle } from "#release/bundle.ts";
import { nameShared } from "#release/layout.ts";
import { formatBinaryName } from "#release/version.ts";
import * as blobs from "#store/blobs.ts";
import { eachByItself, type Needs, StillWrong, type Worker, worker } from "../worker.ts";

const retryDelay = Temporal.Duration.from({ seconds: 10 });
const checkInterval = Temporal.Duration.from({ seconds: 30 });
/** For how long a pass waits for starts; those that take longer go on while others have their turn. */
const patience = Temporal.Duration.from({ minutes: 1 });

const provisioner: Worker = {
  name: "provisioner",
  async run(needs, signal) {
    await using starts = new Starts();
    await provision(starts).run(needs, signal);
  },
};

export default provisioner;

function provision(starts: Starts): Worker {
  return worker({
    name: provisioner.name,
    watches: ["machine", "agent_binary"],

    async pass(needs, signal) {
      const machines = await needs.services.store.read(needs.model, machine.list);
      const missing = machines.filter(
        ({ life, instanceId }) => life !== "dead" && instanceId === null,
      );
      const starting = starts.begin(needs, missing, signal);
      const areStarted = await settledInTime(starting, needs, signal);
      const areMatched = await matchInstances(needs, starts, signal);
      return areStarted && areMatched ? checkInterval : retryDelay;
    },
  });
}

/** The starts of one run. None outlives it, so that the next run cannot begin it a second time. */
class Starts implements AsyncDisposable {
  readonly #machines = new Set<string>();
  readonly #batches = new Set<Promise<boolean>>();

  isUnderWay(machineId: string): boolean {
    return this.#machines.has(machineId);
  }

  /** Starts those that are not being started already; returns whether all went well. */
  async begin(
    needs: Needs,
    missing: readonly machine.Machine[],
    signal: AbortSignal,
  ): Promise<boolean> {
    const fresh = missing.filter(({ id }) => !this.isUnderWay(id));
    for (const { id } of fresh) this.#machines.add(id);
    const batch = eachByItself(fresh, needs.log, async (each) => {
      try {
        if (!signal.aborted) await start(needs, each, signal);
      } finally {
        this.#machines.delete(each.id);
      }
    });
    this.#batches.add(batch);
    const isAll = fresh.length === missing.length;
    const areWell = await batch;
    this.#batches.delete(batch);
    return isAll && areWell;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#batches);
  }
}

/** Whether it has gone well before patience is at an end. */
async function settledInTime(
  starting: Promise<boolean>,
  { services: { clock } }: Needs,
  signal: AbortSignal,
): Promise<boolean> {
  const stop = new AbortController();
  const isLate = clock.sleep(patience, AbortSignal.any([signal, stop.signal])).then(
    () => false,
    () => false,
  );
  const isInTime = await Promise.race([starting, isLate]);
  stop.abort();
  return isInTime;
}

/** Throws why it could not, and the next time `StillWrong`, however often it is tried. */
async function start(needs: Needs, wanted: machine.Machine, signal: AbortSignal): Promise<void> {
  const { services, model, provider } = needs;
  const { store, clock, identity } = services;
  const key = { controller: identity.uuid, model, machine: wanted.id };
  try {
    const startUp = await toStartUp(needs, wanted);
    const { id: instanceId, addresses, hardware } = await provider.start(key, startUp, signal);
    await store.write(model, async (tx) => {
      const { life } = await machine.get(tx, wanted.id);
      await machine.setInstance(tx, wanted.id, { instanceId, addresses, hardware });
      if (life !== "alive") return;
      const entity = status.entities.instance(wanted.id);
      await status.set(tx, { entity, status: "running", message: "Running", now: clock.now() });
    });
  } catch (error) {
    const reason = messageOf(error);
    const isNews = await noteFailure(needs, wanted.id, reason);
    const message = `cannot start machine ${wanted.id}: ${reason}`;
    throw new (isNews ? Error : StillWrong)(message, { cause: error });
  }
}

/** Returns whether that is news. */
async function noteFailure(
  { services: { store, clock }, model }: Needs,
  id: string,
  message: string,
): Promise<boolean> {
  const entity = status.entities.instance(id);
  const failed = { entity, status: "provisioning error", message, now: clock.now() };
  return await store.write(model, async (tx) => {
    const last = await status.find(tx, entity);
    if (last?.status === failed.status && last.message === message) return false;
    await status.set(tx, failed);
    return true;
  });
}

async function toStartUp(
  { services, model: uuid }: Needs,
  wanted: machine.Machine,
): Promise<StartUp> {
  const { store, identity, credentials } = services;
  const { id, nonce } = wanted;
  const { name, binary, asked } = await store.read(uuid, async (tx) => {
    const isAhead = machine.isAhead(wanted, await model.get(tx), identity.version);
    const version = isAhead ? identity.version : wanted.desiredVersion;
    const name = formatBinaryName({ version, ...identity.target });
    const asked = await constraints.get(tx, constraints.entities.machine(id));
    return { name, binary: await agentBinary.get(tx, name), asked };
  });
  const tag = `machine-${id}`;
  return {
    tag,
    binary: name,
    constraints: asked,
    sharedBinary: nameShared({ name, sha256: binary.sha256 }),
    async unpackBinary(folder) {
      await using scratch = await mkdtempDisposable(join(tmpdir(), "jumar-binary-"));
      const path = join(scratch.path, "bundle");
      await pipeline(blobs.read(store, binary.sha256), createWriteStream(path));
      await unpackBundle(path, binary, folder);
    },
    files: ({ addresses, binaries, host }) => [
      {
        path: `agents/${tag}/agent.conf`,
        mode: 0o600,
        content: formatAgentConf({
          ...{ tag, controller: identity.uuid, model: uuid, addresses, binaries, host },
          apiAddresses: identity.apiAddresses,
          caCertificate: identity.caCertificate,
          password: credentials.agentPassword(uuid, { id, nonce }),
        }),
      },
    ],
  };
}

/** Compares what the store says with what the cloud has; returns whether they are one again. */
async function matchInstances(needs: Needs, starts: Starts, signal: AbortSignal): Promise<boolean> {
  const { services, model, provider } = needs;
  const look = () => services.store.read(model, machine.list);
  const unborn = (await look()).filter(
    ({ id, life, instanceId }) => life === "dead" && instanceId === null && !starts.isUnderWay(id),
  );
  const instances = await provider.list(services.identity.uuid, model);
  const machines = await look(); // once more, or one that was stopped meanwhile would go on
  const areResumed = await resumeStopped(needs, instances, machines);
  const areForgotten = await eachByItself(unborn, needs.log, ({ id }) =>
    forget(needs, { id, left: instances.find(({ key }) => key.machine === id) }, signal),
  );
  return areResumed && areForgotten;
}

/** Whatever has ended by itself, such as when the host went down, goes on. */
function resumeStopped(
  { provider, log }: Needs,
  instances: readonly Instance[],
  machines: readonly machine.Machine[],
): Promise<boolean> {
  const alive = machines.filter(({ life }) => life !== "dead");
  const wanted = new Set(alive.map(({ instanceId }) => instanceId));
  const stopped = instances.filter(({ id, isRunning }) => !isRunning && wanted.has(id));
  return eachByItself(stopped, log, async ({ id }) => {
    log.write("INFO", `instance ${id} has stopped: starting it again`);
    await provider.resume(id);
  });
}

/**
 * Forgets a machine that died before it had an instance, when it is sure that it never gets one: no
 * start of it is under way, and what one that a crash cut short has `left` in the cloud is gone.
 */
async function forget(
  { services, model, provider }: Needs,
  { id, left }: { readonly id: string; readonly left: Instance | undefined },
  signal: AbortSignal,
): Promise<void> {
  if (left) await provider.stop(left.id, signal);
  await services.store.write(model, (tx) => machine.remove(tx, id));
}
