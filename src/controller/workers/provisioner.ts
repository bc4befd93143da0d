/**
 * Gives each machine of a model an instance, and starts again those that have stopped.
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
import * as machine from "#domain/machine/machine.ts";
import { controllerScope } from "#domain/scope.ts";
import * as status from "#domain/status/status.ts";
import type { StartUp } from "#providers/provider.ts";
import { formatAgentConf } from "#release/agent-conf.ts";
import { unpackBundle } from "#release/bundle.ts";
import { nameShared } from "#release/layout.ts";
import { formatBinaryName } from "#release/version.ts";
import * as blobs from "#store/blobs.ts";
import { eachByItself, type Needs, worker } from "../worker.ts";

const retryDelay = Temporal.Duration.from({ seconds: 10 });
const checkInterval = Temporal.Duration.from({ seconds: 30 });

export default worker({
  name: "provisioner",
  watches: ["machine", "agent_binary"],

  async pass(needs, signal) {
    const { services, model } = needs;
    const machines = await services.store.read(model, machine.list);
    const wanted = machines.filter(({ life }) => life !== "dead");
    const missing = wanted.filter(({ instanceId }) => instanceId === null);
    const areStarted = await eachByItself(missing, needs.log, (each) => start(needs, each, signal));
    await resumeStopped(needs, wanted);
    return areStarted ? checkInterval : retryDelay;
  },
});

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
    const message = messageOf(error);
    const entity = status.entities.instance(wanted.id);
    const failed = { entity, status: "provisioning error", message, now: clock.now() };
    await store.write(model, (tx) => status.set(tx, failed));
    throw error;
  }
}

async function toStartUp(
  { services, model }: Needs,
  { id, nonce, desiredVersion }: machine.Machine,
): Promise<StartUp> {
  const { store, identity, credentials } = services;
  const name = formatBinaryName({ version: desiredVersion, ...identity.target });
  const binary = await store.read(controllerScope, (tx) => agentBinary.get(tx, name));
  const tag = `machine-${id}`;
  return {
    tag,
    binary: name,
    sharedBinary: nameShared({ name, sha256: binary.sha256 }),
    async unpackBinary(folder) {
      await using scratch = await mkdtempDisposable(join(tmpdir(), "jumar-binary-"));
      const path = join(scratch.path, "bundle");
      await pipeline(blobs.read(store, binary.sha256), createWriteStream(path));
      await unpackBundle(path, binary, folder);
    },
    files: ({ addresses, binaries }) => [
      {
        path: `agents/${tag}/agent.conf`,
        mode: 0o600,
        content: formatAgentConf({
          ...{ tag, controller: identity.uuid, model, addresses, binaries },
          apiAddresses: identity.apiAddresses,
          caCertificate: identity.caCertificate,
          password: credentials.agentPassword(model, { id, nonce }),
        }),
      },
    ],
  };
}

/** Whatever has ended by itself, such as when the host went down, goes on. */
async function resumeStopped(
  { services, model, provider, log }: Needs,
  machines: readonly machine.Machine[],
): Promise<void> {
  const instances = await provider.list(services.identity.uuid);
  const stopped = instances.filter(
    ({ id, key, isRunning }) =>
      key.model === model && !isRunning && machines.some(({ instanceId }) => instanceId === id),
  );
  await eachByItself(stopped, log, async ({ id }) => {
    log.write("INFO", `instance ${id} has stopped: starting it again`);
    await provider.resume(id);
  });
}
