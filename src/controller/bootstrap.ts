/** What a controller begins with: itself, its administrator, its model, and the machine it is on. */
import { Problem } from "#base/problem.ts";
import * as controller from "#domain/controller/controller.ts";
import * as machine from "#domain/machine/machine.ts";
import * as model from "#domain/model/model.ts";
import { controllerScope } from "#domain/scope.ts";
import * as status from "#domain/status/status.ts";
import * as user from "#domain/user/user.ts";
import type { Instance } from "#providers/provider.ts";
import type { ControllerConf } from "#release/controller-conf.ts";
import type { Store } from "#store/store.ts";

export interface Beginning {
  readonly conf: ControllerConf;
  readonly version: string;
  /** Where the controller itself runs, if the cloud knows. */
  readonly instance: Instance | undefined;
  readonly now: Temporal.Instant;
}

/**
 * Doing it again changes nothing, so that a controller may be killed at any moment of its first
 * start. Throws `already exists` for a database that belongs to another controller: two would both
 * act on everything in it.
 */
export async function bootstrap(store: Store, beginning: Beginning): Promise<void> {
  const { conf, version, instance, now } = beginning;
  const { user: name, passwordHash, model: uuid, nonce, base } = conf.bootstrap;
  await store.write(controllerScope, async (tx) => {
    const owner = await controller.find(tx);
    if (owner) return refuseOther(owner, conf);
    const created = now.toString();
    await controller.add(tx, {
      uuid: conf.uuid,
      name: conf.name,
      caCertificate: conf.ca.certificate,
    });
    await user.add(tx, { name, displayName: name, passwordHash, access: "superuser", created });
    await model.create(tx, {
      ...{ uuid, name: model.controllerModelName, owner: name, created, settings: {} },
      ...{ cloud: conf.cloud.name, region: conf.cloud.region },
      ...{ agentVersion: version, isController: true },
    });
  });
  await store.write(uuid, async (tx) => {
    if ((await machine.list(tx)).length > 0) return;
    const id = await machine.add(tx, { base, nonce, desiredVersion: version, now });
    if (instance === undefined) return;
    const { id: instanceId, addresses, hardware } = instance;
    await machine.setInstance(tx, id, { instanceId, addresses, hardware });
    const entity = status.entities.instance(id);
    await status.set(tx, { entity, status: "running", message: "Running", now });
  });
}

function refuseOther(owner: controller.ControllerIdentity, { uuid, name }: ControllerConf): void {
  if (owner.uuid === uuid) return;
  const belongs = `the database belongs to controller "${owner.name}" (${owner.uuid})`;
  throw new Problem("already exists", `${belongs}: give controller "${name}" an empty one`);
}
