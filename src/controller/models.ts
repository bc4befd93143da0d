/** Models in the words of the wire. */
import { toTag } from "#contract/tags.ts";
import * as application from "#domain/application/application.ts";
import * as machine from "#domain/machine/machine.ts";
import * as model from "#domain/model/model.ts";
import { controllerScope } from "#domain/scope.ts";
import * as status from "#domain/status/status.ts";
import { listFailed } from "#domain/unit/failed.ts";
import * as unit from "#domain/unit/unit.ts";
import * as connection from "#domain/user/connection.ts";
import * as user from "#domain/user/user.ts";
import type { ReadTransaction } from "#store/database.ts";
import { parseHardware } from "./hardware.ts";
import type { Services } from "./session.ts";
import { listModelFilesystems } from "./storage-details.ts";
import { findUpgrade, sayUpgrade } from "./upgrade-message.ts";

const sla = { level: "", owner: "" };

/** Throws `not found` for a model that there is not, in the words that clients wait for. */
export async function describeModel({ store, identity }: Services, uuid: string) {
  return store.read(uuid, async (tx) => {
    const found = await model.get(tx);
    const users = await user.listAccess(tx);
    const settings = await model.getSettings(tx);
    const lastConnections = await connection.listLast(tx);
    return {
      ...describeEssence(found, identity, await describeUpgrade(tx)),
      "default-base": String(settings["default-base"]),
      "default-series": "",
      users: users.map(({ user: name, displayName, access }) => ({
        "model-tag": toTag("model", uuid),
        user: name,
        "display-name": displayName,
        "last-connection": lastConnections.get(name) ?? null,
        access,
      })),
      machines: await listMachines(tx),
      "secret-backends": [],
      "supported-features": [
        {
          name: "juju",
          description: "the version of Juju used by the model",
          version: found.agentVersion,
        },
      ],
    };
  });
}

export async function describeSummary(
  { store, identity }: Services,
  { each, name }: { readonly each: model.Model; readonly name: string },
) {
  return store.read(each.uuid, async (tx) => {
    return {
      ...describeEssence(each, identity, await describeUpgrade(tx)),
      "last-connection": (await connection.listLast(tx)).get(name) ?? null,
      "user-access": (await user.findAccess(tx, name)) ?? "",
      counts: [
        { entity: "machines", count: await machine.count(tx) },
        { entity: "units", count: await unit.count(tx) },
      ],
    };
  });
}

export async function describeModelStatus({ store }: Services, uuid: string) {
  return store.read(uuid, async (tx) => {
    const { life, owner } = await model.get(tx);
    const machines = await listMachines(tx);
    return {
      ...{ "model-tag": toTag("model", uuid), life, type: "iaas" },
      "owner-tag": toTag("user", owner),
      "hosted-machine-count": machines.length,
      "application-count": (await application.list(tx)).length,
      "unit-count": await unit.count(tx),
      machines,
      filesystems: await listModelFilesystems(tx),
      "failed-units": Object.fromEntries(
        (await listFailed(tx)).map(({ name, message }) => [name, message]),
      ),
    };
  });
}

/** The models that the user has access to, or every model. */
export async function listUserModels({ store }: Services, name: string | undefined) {
  const { models, last } = await store.read(controllerScope, async (tx) => ({
    models: await (name === undefined ? model.list(tx) : model.listFor(tx, name)),
    last: name === undefined ? new Map() : await connection.listLastOf(tx, name),
  }));
  return {
    "user-models": models.map((each) => ({
      "last-connection": last.get(each.uuid) ?? null,
      model: {
        name: each.name,
        uuid: each.uuid,
        type: "iaas",
        "owner-tag": toTag("user", each.owner),
      },
    })),
  };
}

async function describeUpgrade(tx: ReadTransaction): Promise<string> {
  return sayUpgrade(await findUpgrade(tx, await machine.list(tx)));
}

function describeEssence(found: model.Model, identity: Services["identity"], upgrade: string) {
  return {
    ...{ name: found.name, type: "iaas", uuid: found.uuid, life: found.life, sla },
    "controller-uuid": identity.uuid,
    "is-controller": found.isController,
    "provider-type": identity.cloud.type,
    "cloud-tag": toTag("cloud", found.cloud),
    "cloud-region": found.region,
    "owner-tag": toTag("user", found.owner),
    "agent-version": found.agentVersion,
    status: {
      status: found.life === "alive" ? "available" : "destroying",
      info: upgrade,
      data: {},
      since: found.created,
    },
  };
}

async function listMachines(tx: ReadTransaction) {
  const machines = await machine.list(tx);
  const statuses = await status.listAll(tx);
  return machines.map(({ id, instanceId, hardware }) => ({
    id,
    hardware: parseHardware(hardware),
    "instance-id": instanceId ?? "",
    status: statuses.get(status.entities.machineAgent(id))?.status ?? "pending",
    "has-vote": false,
    "wants-vote": false,
  }));
}
