/**
 * Clears what nobody needs any more: charms that nothing runs, resources that nobody took,
 * operations of long ago, changes that everybody has seen, past statuses beyond what their model
 * keeps, and blobs without an owner, among them those of charms and resources.
 */

import * as operation from "#domain/action/operation.ts";
import { trim } from "#domain/ledger.ts";
import * as log from "#domain/log/log.ts";
import * as model from "#domain/model/model.ts";
import { listReferencedBlobs } from "#domain/removal/blobs.ts";
import { forgetUnusedCharms } from "#domain/removal/charms.ts";
import * as pending from "#domain/resource/pending.ts";
import { controllerScope } from "#domain/scope.ts";
import * as history from "#domain/status/history.ts";
import * as blobs from "#store/blobs.ts";
import * as changes from "#store/changes.ts";
import type { Transaction } from "#store/database.ts";
import type { Store } from "#store/store.ts";
import { worker } from "../worker.ts";

const interval = Temporal.Duration.from({ hours: 1 });

export default worker({
  name: "janitor",
  watches: [],

  async pass({ services: { store, clock } }) {
    const models = await store.read(controllerScope, model.list);
    for (const { uuid } of models) {
      await store.write(uuid, (tx) => forgetUnusedCharms(tx, clock.now()));
      await store.write(uuid, (tx) => operation.prune(tx, clock.now()));
      await store.write(uuid, (tx) => pending.forgetOld(tx, clock.now()));
    }
    for (const scope of [controllerScope, ...models.map(({ uuid }) => uuid)]) {
      await store.write(scope, changes.prune);
    }
    for (const { uuid } of models) await trimHistory(store, uuid, clock.now());
    await trimLogs(store, new Set(models.map(({ uuid }) => uuid)), clock.now());
    await blobs.clearAbandoned(store, clock.now());
    const referenced = await store.read(controllerScope, listReferencedBlobs);
    await blobs.removeUnreferenced(store, referenced, clock.now());
    return interval;
  },
});

/** A little at a time, so that others can write in between. */
async function trimHistory(store: Store, uuid: string, now: Temporal.Instant): Promise<void> {
  const trimSome = async () =>
    store.write(uuid, async (tx) => {
      if (!(await model.find(tx, uuid))) return 0;
      const bounds = history.boundsOf(await model.getSettings(tx));
      return trim(tx, "status_history", { ...bounds, now });
    });
  while ((await trimSome()) > 0);
}

/** Of what a model has logged that is gone, nothing is kept. */
async function trimLogs(
  store: Store,
  models: ReadonlySet<string>,
  now: Temporal.Instant,
): Promise<void> {
  for (const uuid of await store.read(controllerScope, log.listLogged)) {
    const some = models.has(uuid)
      ? (tx: Transaction) => trim(tx, "log_line", { ...log.logBounds, now })
      : log.forget;
    while ((await store.write(log.logScope(uuid), some)) > 0);
  }
}
