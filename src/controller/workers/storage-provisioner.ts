/**
 * Makes the cloud keep what a model's storage is to lie in, and nothing else.
 *
 * Only storage that outlives machines: what machines keep, their agents make. Data is destroyed when
 * no unit has it any more, and never that of storage which the operator has released. What goes by
 * force and cannot be removed is forgotten, and the log says where its data lies.
 */
import { messageOf } from "#base/problem.ts";
import { fail, listWork, noteMade } from "#domain/storage/provision.ts";
import * as storage from "#domain/storage/storage.ts";
import { eachByItself, type Needs, worker } from "../worker.ts";

const retry = Temporal.Duration.from({ seconds: 10 });

export default worker({
  name: "storage-provisioner",
  watches: ["storage_instance", "storage_attachment"],

  async pass(needs) {
    const { services, model, log } = needs;
    const { missing, over } = await services.store.read(model, listWork);
    const areMade = await eachByItself(missing, log, (each) => tell(needs, each, make));
    const areRemoved = await eachByItself(over, log, (each) => tell(needs, each, remove));
    return areMade && areRemoved ? "when something changes" : retry;
  },
});

type Deed = (needs: Needs, instance: storage.StorageInstance) => Promise<void>;

/** Whoever looks at the storage sees what the cloud has against it. */
async function tell(needs: Needs, instance: storage.StorageInstance, deed: Deed): Promise<void> {
  try {
    await deed(needs, instance);
  } catch (error) {
    const { store, clock } = needs.services;
    const failed = { message: messageOf(error), now: clock.now() };
    await store.write(needs.model, (tx) => fail(tx, instance, failed));
    throw error;
  }
}

async function make(needs: Needs, instance: storage.StorageInstance): Promise<void> {
  const place = await needs.provider.makeFilesystem(keyOf(needs, instance));
  const { store, clock } = needs.services;
  const made = { place, now: clock.now() };
  await store.write(needs.model, (tx) => noteMade(tx, instance, made));
}

async function remove(needs: Needs, instance: storage.StorageInstance): Promise<void> {
  const key = keyOf(needs, instance);
  try {
    if (instance.isReleased) await needs.provider.releaseFilesystem(key);
    else await needs.provider.removeFilesystem(key);
  } catch (error) {
    if (!isGivenUp(needs, instance)) throw error;
    const { id, place } = instance;
    const reason = `it is forgotten by force, since it cannot be removed: ${messageOf(error)}`;
    needs.log.write("WARNING", `storage ${id}: ${reason}; what is left of it lies in "${place}"`);
  }
  await needs.services.store.write(needs.model, (tx) => storage.remove(tx, instance));
}

function isGivenUp({ services: { clock } }: Needs, { givenUp }: storage.StorageInstance): boolean {
  return givenUp !== "" && Temporal.Instant.compare(givenUp, clock.now()) <= 0;
}

function keyOf({ services, model }: Needs, { filesystem }: storage.StorageInstance) {
  return { controller: services.identity.uuid, model, filesystem };
}
