/** Runs each model's workers, for as long as there is the model. */
import type { Log } from "#base/log.ts";
import { supervise } from "#base/supervisor.ts";
import * as model from "#domain/model/model.ts";
import { controllerScope } from "#domain/scope.ts";
import type { Provider } from "#providers/provider.ts";
import type { Services } from "./session.ts";
import { type Needs, type Worker, worker } from "./worker.ts";
import janitor from "./workers/janitor.ts";
import leaseKeeper from "./workers/lease-keeper.ts";
import machineUndertaker from "./workers/machine-undertaker.ts";
import modelUndertaker from "./workers/model-undertaker.ts";
import presenceKeeper from "./workers/presence-keeper.ts";
import provisioner from "./workers/provisioner.ts";
import removalEnforcer from "./workers/removal-enforcer.ts";
import rolloutDriver from "./workers/rollout-driver.ts";
import storageProvisioner from "./workers/storage-provisioner.ts";
import taskUndertaker from "./workers/task-undertaker.ts";

const ofEachModel: readonly Worker[] = [
  leaseKeeper,
  machineUndertaker,
  modelUndertaker,
  presenceKeeper,
  provisioner,
  removalEnforcer,
  rolloutDriver,
  storageProvisioner,
  taskUndertaker,
];

export interface Crew {
  readonly services: Services;
  readonly provider: Provider;
  readonly log: Log;
}

/** Runs until `signal` aborts and every worker has ended. */
export async function runWorkers(crew: Crew, signal: AbortSignal): Promise<void> {
  const working = new Set<Promise<void>>();
  const own: Needs = { ...crew, model: controllerScope };
  await Promise.all([keep(janitor, own, signal), keep(forEachModel(crew, working), own, signal)]);
  await Promise.all(working);
}

/** Itself a worker: it makes what runs match the models that there are. */
function forEachModel(crew: Crew, working: Set<Promise<void>>): Worker {
  const running = new Map<string, AbortController>();
  return worker({
    name: "model-workers",
    watches: ["model"],

    async pass({ services: { store } }, signal) {
      const models = await store.read(controllerScope, model.list);
      for (const each of models.filter(({ uuid }) => !running.has(uuid))) {
        const stop = new AbortController();
        running.set(each.uuid, stop);
        const work = runFor(each, crew, AbortSignal.any([signal, stop.signal]));
        working.add(work);
        void work.finally(() => working.delete(work));
      }
      const uuids = new Set(models.map(({ uuid }) => uuid));
      for (const [uuid, stop] of running) {
        if (!uuids.has(uuid)) stop.abort();
        if (!uuids.has(uuid)) running.delete(uuid);
      }
      return "when something changes";
    },
  });
}

async function runFor({ uuid, name }: model.Model, crew: Crew, signal: AbortSignal): Promise<void> {
  const needs = { ...crew, model: uuid, log: crew.log.of(name) };
  await Promise.all(ofEachModel.map((each) => keep(each, needs, signal)));
}

async function keep(each: Worker, needs: Needs, signal: AbortSignal): Promise<void> {
  const log = needs.log.of(each.name);
  const task = { name: each.name, run: (its: AbortSignal) => each.run({ ...needs, log }, its) };
  await supervise(task, { clock: needs.services.clock, log }, signal);
}
