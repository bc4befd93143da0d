/**
 * Clears what nobody needs any more: charms that nothing runs, changes that everybody has seen, and
 * blobs without an owner, among them those of the charms.
 */

import * as model from "#domain/model/model.ts";
import { listReferencedBlobs } from "#domain/removal/blobs.ts";
import { forgetUnusedCharms } from "#domain/removal/charms.ts";
import { controllerScope } from "#domain/scope.ts";
import * as blobs from "#store/blobs.ts";
import * as changes from "#store/changes.ts";
import { worker } from "../worker.ts";

const interval = Temporal.Duration.from({ hours: 1 });

export default worker({
  name: "janitor",
  watches: [],

  async pass({ services: { store, clock } }) {
    const models = await store.read(controllerScope, model.list);
    for (const { uuid } of models) {
      await store.write(uuid, (tx) => forgetUnusedCharms(tx, clock.now()));
    }
    for (const scope of [controllerScope, ...models.map(({ uuid }) => uuid)]) {
      await store.write(scope, changes.prune);
    }
    await blobs.clearAbandoned(store, clock.now());
    const referenced = await store.read(controllerScope, listReferencedBlobs);
    await blobs.removeUnreferenced(store, referenced, clock.now());
    return interval;
  },
});
