/** Serves Resources. */
import { Problem } from "#base/problem.ts";
import { Resources } from "#contract/resources.ts";
import { parseTagOf, toTag } from "#contract/tags.ts";
import * as pending from "#domain/resource/pending.ts";
import * as resource from "#domain/resource/resource.ts";
import { implement } from "../facade.ts";
import { read, write } from "../session.ts";
import { toCharmResource, toWireResource } from "../wire-resource.ts";

/** A charm declares far fewer. */
const resourcesMax = 1000;

export default implement(Resources, {
  async ListResources(session, { tag }) {
    const application = parseTagOf("application", tag);
    return read(session, async (tx) => {
      const fetched = await resource.listFetched(tx, application);
      const declared = await resource.list(tx, application);
      return {
        resources: declared.map(toWireResource),
        "charm-store-resources": declared.map(toCharmResource),
        "unit-resources": fetched.map(({ unit, resources }) => ({
          tag: toTag("unit", unit),
          resources: resources.map(toWireResource),
          "download-progress": {},
        })),
      };
    });
  },

  async AddPendingResources(session, { tag, resources }) {
    const application = parseTagOf("application", tag);
    if (resources.length > resourcesMax) {
      const message = `${resources.length} resources are more than ${resourcesMax}`;
      throw new Problem("bad request", message);
    }
    const added = resources.map(({ name, path }) => ({ application, name, path }));
    const now = session.services.clock.now();
    return { "pending-ids": await write(session, (tx) => pending.add(tx, added, now)) };
  },
});
