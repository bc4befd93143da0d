/** Serves UnitAgent: what units ask and tell, on behalf of their hooks. */
import { type GoalState, UnitAgent } from "#contract/unit-agent.ts";
import * as work from "#domain/action/work.ts";
import { refuseUntrusted } from "#domain/application/trust.ts";
import * as leadership from "#domain/leadership/leadership.ts";
import * as leaderSettings from "#domain/leadership/settings.ts";
import * as model from "#domain/model/model.ts";
import * as payload from "#domain/payload/payload.ts";
import { goalStateOf } from "#domain/relation/goal-state.ts";
import { readSettings } from "#domain/relation/read-settings.ts";
import { finishUnit } from "#domain/removal/removal.ts";
import * as resource from "#domain/resource/resource.ts";
import { findContent, listManaged } from "#domain/secret/read.ts";
import type { Write } from "#domain/secret/write.ts";
import * as status from "#domain/status/status.ts";
import { finishDetaching } from "#domain/storage/leave.ts";
import { report } from "#domain/storage/provision.ts";
import { commit } from "#domain/unit/commit.ts";
import * as port from "#domain/unit/port.ts";
import { applicationStatus, unknown } from "#domain/unit/shown-status.ts";
import { claimLeadership, setStatus } from "#domain/unit/speak.ts";
import * as unit from "#domain/unit/unit.ts";
import * as unitState from "#domain/unit/unit-state.ts";
import { implement } from "../facade.ts";
import { toManaged, toWrite } from "../secrets.ts";
import { clockOf, read, type Session, scopeOf, write } from "../session.ts";
import { toDetails } from "../tasks.ts";

const versionLengthMax = 1000;
/** What a unit finds of an image: where it is, and how to get it. */
const imageFile = "content.yaml";

export default implement(UnitAgent, {
  async Commit(session, { unit: name, sequence, changes, facts }) {
    const secrets: Write[] = [];
    const place = placeOf(session);
    for (const each of changes.secrets) secrets.push(await toWrite(place, each));
    await write(session, (tx) =>
      commit(tx, {
        ...{ unit: name, sequence, ...clockOf(session) },
        changes: {
          ...{ relations: changes.relations, state: changes.state },
          openPorts: changes["open-ports"],
          closePorts: changes["close-ports"],
          secrets,
          addStorage: changes["add-storage"],
          metrics: changes.metrics,
        },
        facts: {
          ...{ charm: facts.charm, isSettled: facts.settled, rotated: facts.rotated },
          hasInstalled: facts.became === "installed",
          leftRelation: facts["left-relation"],
          detachedStorage: facts["detached-storage"],
          upgrade: facts["machine-upgrade"],
          modifiedVersion: facts["modified-version"],
        },
      }),
    );
  },

  async SetStatus(session, { unit: name, scope, status: word, info: message, data }) {
    const said = { unit: name, scope, status: word, message, data, ...clockOf(session) };
    await write(session, (tx) => setStatus(tx, said));
  },

  async Status(session, { unit: name }) {
    return read(session, async (tx) => {
      const { application } = await unit.get(tx, name);
      const statuses = await status.listAll(tx);
      const of = (entity: string) => toWire(statuses.get(entity) ?? unknown);
      const units = await unit.list(tx, { application });
      return {
        workload: of(status.entities.workload(name)),
        application: toWire(applicationStatus(statuses, application, units)),
        units: Object.fromEntries(
          units.map((each) => [each.name, of(status.entities.workload(each.name))]),
        ),
      };
    });
  },

  async SetWorkloadVersion(session, { unit: name, version }) {
    const workloadVersion = version.slice(0, versionLengthMax);
    await write(session, (tx) => unit.change(tx, name, { workloadVersion }));
  },

  async RelationSettings(session, { unit: name, relation: id, member }) {
    const reading = { unit: name, relation: id, member };
    return read(session, async (tx) => ({ settings: await readSettings(tx, reading) }));
  },

  async UnitData(session, { unit: name }) {
    return read(session, async (tx) => ({
      ports: await port.list(tx, name),
      state: await unitState.get(tx, name),
      sequence: (await unit.get(tx, name)).sequence,
    }));
  },

  async CloudSpec(session, { unit: name }) {
    const { type } = session.services.identity.cloud;
    const { cloud, region } = await read(session, async (tx) => {
      await refuseUntrusted(tx, name);
      return model.get(tx);
    });
    const credential = { "auth-type": "empty" };
    return { type, name: cloud, region, credential, "is-controller-cloud": true };
  },

  async Secrets(session, { unit: name }) {
    return read(session, async (tx) => {
      const managed = await listManaged(tx, await unit.get(tx, name));
      return { secrets: managed.map((each) => toManaged(each, scopeOf(session))) };
    });
  },

  async SecretContent(session, { unit: name, id, label, revision }) {
    const which = revision === 0 ? "the one that it reads" : revision;
    const wanted = { id, label, revision: which === -1 ? "latest" : which } as const;
    const found = await read(session, async (tx) =>
      findContent(tx, await unit.get(tx, name), wanted),
    );
    const { consumer, isOwn, revision: of } = found;
    const { model, vault } = placeOf(session);
    return {
      ...{ id: of.secret, revision: of.revision, own: isOwn },
      ...{ reads: consumer?.revision ?? 0, label: consumer?.label ?? "" },
      content: await vault.open({ model, secret: of.secret }, of),
    };
  },

  async ReportStorage(session, said) {
    await write(session, (tx) => report(tx, { ...said, ...clockOf(session) }));
  },

  async ReleaseStorage(session, pair) {
    await write(session, (tx) => finishDetaching(tx, { ...pair, ...clockOf(session) }));
  },

  async GoalState(session, { unit: name }): Promise<GoalState> {
    return read(session, (tx) => goalStateOf(tx, name));
  },

  async ClaimLeadership(session, { unit: name, seconds }) {
    const claim = { unit: name, seconds, ...clockOf(session) };
    await write(session, (tx) => claimLeadership(tx, claim));
  },

  async LeaderSettings(session, { unit: name }) {
    return read(session, async (tx) => {
      const { application } = await unit.get(tx, name);
      const { settings } = await leaderSettings.get(tx, application);
      return { settings };
    });
  },

  async SetLeaderSettings(session, { unit: name, settings }) {
    await write(session, async (tx) => {
      const { application } = await unit.get(tx, name);
      await leaderSettings.change(tx, { application, unit: name, settings });
    });
  },

  async RegisterPayload(session, { unit: name, ...registered }) {
    const running = { ...registered, unit: name, status: "running" };
    await write(session, (tx) => payload.register(tx, running));
  },

  async SetPayloadStatus(session, { status: word, ...named }) {
    await write(session, (tx) => payload.setStatus(tx, named, word));
  },

  async UnregisterPayload(session, named) {
    await write(session, (tx) => payload.unregister(tx, named));
  },

  async ResignLeadership(session, { unit: name }) {
    await write(session, async (tx) => {
      const { application } = await unit.get(tx, name);
      await leadership.resign(tx, { application, unit: name });
    });
  },

  async BeginTask(session, { unit: name, task: id }) {
    const beginning = { id, receiver: toReceiver(name), ...clockOf(session) };
    return toDetails(await write(session, (tx) => work.begin(tx, beginning)));
  },

  async LogTask(session, { unit: name, task: id, message }) {
    const said = { id, receiver: toReceiver(name), message, ...clockOf(session) };
    await write(session, (tx) => work.log(tx, said));
  },

  async FinishTask(session, { unit: name, ending }) {
    const ended = { ...ending, receiver: toReceiver(name), ...clockOf(session) };
    await write(session, (tx) => work.finish(tx, ended));
  },

  async ClearResolved(session, { unit: name }) {
    await write(session, (tx) => unit.change(tx, name, { resolved: "" }));
  },

  async Resource(session, { unit: name, name: wanted }) {
    const found = await read(session, (tx) => resource.seenFrom(tx, wanted, name));
    const { sha256, size } = found.content;
    return { path: found.path || imageFile, sha256, size, fetched: found.isFetched };
  },

  async ResourceFetched(session, { unit: name, name: fetched, sha256 }) {
    await write(session, (tx) => resource.noteFetched(tx, { unit: name, name: fetched, sha256 }));
  },

  async Finished(session, { unit: name }) {
    await write(session, (tx) => finishUnit(tx, name, session.services.clock.now()));
  },
});

function toReceiver(name: string) {
  return { kind: "unit", name } as const;
}

function placeOf(session: Session) {
  return { model: scopeOf(session), vault: session.services.vault };
}

function toWire({ status: word, message, data, since }: status.Status) {
  return { status: word, info: message, data, since };
}
