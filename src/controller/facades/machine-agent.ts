/** Serves MachineAgent: what a machine is to be, and what it says that it is. */

import { type DesiredState, type DesiredUnit, MachineAgent } from "#contract/machine-agent.ts";
import * as work from "#domain/action/work.ts";
import * as agentBinary from "#domain/agent-binary/agent-binary.ts";
import {
  type Desired,
  type DesiredUnit as DomainUnit,
  getDesired,
} from "#domain/desired/desired.ts";
import * as machine from "#domain/machine/machine.ts";
import { finishMachine } from "#domain/removal/removal.ts";
import { noteFailure } from "#domain/rollout/watch.ts";
import type { SecretNews } from "#domain/secret/news.ts";
import * as status from "#domain/status/status.ts";
import { formatBinaryName } from "#release/version.ts";
import * as changes from "#store/changes.ts";
import type { ReadTransaction } from "#store/database.ts";
import { implement } from "../facade.ts";
import { clockOf, type Identity, machineOf, type Session, scopeOf, write } from "../session.ts";
import { toDesiredTask, toDetails } from "../tasks.ts";

/** After so long an agent asks again even if nothing has changed, so that neither end can be stuck. */
const pollSeconds = 55;

/** What was told last over each connection, for its agent will ask what has become of that. */
const lastTold = new WeakMap<Session["connection"], Look>();

export default implement(MachineAgent, {
  async Next(session, { revision }) {
    const { services, signal } = session;
    const uuid = scopeOf(session);
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(pollSeconds * 1000)]);
    if (revision > 0) {
      const last = lastTold.get(session.connection);
      const { topics } = last?.revision === revision ? last : await look(session);
      await services.feed.changed({ model: uuid, since: revision, topics }, deadline);
    }
    const { state, topics } = await look(session);
    lastTold.set(session.connection, { revision: state.revision, topics });
    return state;
  },

  async Report(session, { version, hostname, probation: isOnProbation, failure }) {
    const id = machineOf(session);
    const now = session.services.clock.now();
    await session.services.store.write(scopeOf(session), async (tx) => {
      await machine.report(tx, id, { version, hostname, isOnProbation });
      if (failure) {
        await noteFailure(tx, {
          machine: id,
          rollout: failure.rollout,
          reason: failure.reason,
          now,
        });
      }
      const message = failure ? `returned from ${failure.version}: ${failure.reason}` : "";
      const entity = status.entities.machineAgent(id);
      await status.set(tx, { entity, status: "started", message, now });
    });
  },

  async BeginTask(session, { task: id }) {
    const receiver = { kind: "machine", name: machineOf(session) } as const;
    return toDetails(
      await write(session, (tx) => work.begin(tx, { id, receiver, ...clockOf(session) })),
    );
  },

  async FinishTask(session, { ending }) {
    const receiver = { kind: "machine", name: machineOf(session) } as const;
    await write(session, (tx) => work.finish(tx, { ...ending, receiver, ...clockOf(session) }));
  },

  async Finished(session) {
    const id = machineOf(session);
    await session.services.store.write(scopeOf(session), (tx) => finishMachine(tx, id));
  },
});

interface Look {
  readonly revision: number;
  /** The rows that it was made from. */
  readonly topics: ReadonlySet<string>;
}

/** The desired state as of one moment, and the rows that it was made from. */
async function look(session: Session) {
  const { store, identity } = session.services;
  return store.read(scopeOf(session), async (tx) => {
    const revision = await changes.latest(tx);
    const desired = await getDesired(tx, machineOf(session));
    const binary = await findBinary(tx, desired, identity);
    return { state: toWire(desired, { revision, identity, binary }), topics: desired.topics };
  });
}

/** What the machine's agent is to run, if it may. */
async function findBinary(
  tx: ReadTransaction,
  { machine: own, model }: Desired,
  { version, target }: Identity,
): Promise<DesiredState["binary"]> {
  const { desiredVersion, rollout } = own;
  if (machine.isAhead(own, model, version)) return undefined;
  const name = formatBinaryName({ version: desiredVersion, ...target });
  const binary = await agentBinary.find(tx, name);
  return binary && { name, sha256: binary.sha256, size: binary.size, rollout };
}

interface Rest {
  readonly revision: number;
  readonly identity: Identity;
  readonly binary: DesiredState["binary"];
}

function toWire(desired: Desired, { revision, identity, binary }: Rest): DesiredState {
  const { machine: own, model, modelSettings, units, tasks } = desired;
  return {
    revision,
    life: own.life,
    ...(binary ? { binary } : {}),
    addresses: own.addresses,
    "api-addresses": identity.apiAddresses,
    model: { name: model.name, uuid: model.uuid, config: modelSettings },
    units: units.map(toUnit),
    tasks: tasks.map(toDesiredTask),
  };
}

function toUnit(desired: DomainUnit): DesiredUnit {
  const { unit, charm, forceUnits, isTrusted, settings, leader, relations, ...rest } = desired;
  return {
    ...{ name: unit.name, life: unit.life, resolved: unit.resolved },
    principal: unit.principal,
    charm: {
      ...{ url: charm.url, sha256: charm.sha256, size: charm.size, force: forceUnits },
      "modified-version": unit.desiredModifiedVersion,
    },
    config: settings,
    trusted: isTrusted,
    leader: leader ?? "",
    "leader-settings-version": desired.leaderSettingsVersion,
    relations: relations.map(({ id, endpoint, life, members, ...rest }) => ({
      ...{ id, endpoint: endpoint.name, role: endpoint.role, interface: endpoint.interface, life },
      "remote-application": rest.remoteApplication,
      suspended: rest.isSuspended,
      members: Object.fromEntries(members),
      "application-version": rest.applicationVersion,
    })),
    tasks: rest.tasks.map(toDesiredTask),
    ...(rest.upgrade ? { "machine-upgrade": rest.upgrade } : {}),
    ...(charm.content.metrics === undefined ? {} : { metered: true }),
    ...(unit.meterStatus === ""
      ? {}
      : { "meter-status": { status: unit.meterStatus, info: unit.meterInfo } }),
    secrets: toSecretNews(rest.secrets),
    storage: rest.storage.map(({ instance, attachment: { life }, wantedLocation: location }) => ({
      ...{ id: instance.id, store: instance.store, kind: "filesystem", life, location },
      ...{ provider: instance.provider, source: instance.place, size: instance.sizeMib },
    })),
  };
}

function toSecretNews({ owned, read }: SecretNews): DesiredUnit["secrets"] {
  return {
    owned: owned.map(({ secret: { id, label, owner, latest, rotates }, expiring, obsolete }) => ({
      ...{ id, label, application: owner.kind === "application", revision: latest },
      ...{ rotates: rotates ?? "", expiring, obsolete },
    })),
    read: read.map(({ id, label, latest }) => ({ id, label, revision: latest })),
  };
}
