/** Serves Rollouts. */
import { Rollouts, type WireRollout } from "#contract/rollouts.ts";
import * as rollout from "#domain/rollout/rollout.ts";
import * as summary from "#domain/rollout/summary.ts";
import { implement } from "../facade.ts";
import { scopeOf } from "../session.ts";

export default implement(Rollouts, {
  async List(session, { id }) {
    const { store } = session.services;
    const scope = scopeOf(session);
    if (id === 0) {
      const summaries = await store.read(scope, summary.list);
      return { rollouts: summaries.map((each) => toWire(each)) };
    }
    const found = await store.read(scope, (tx) => rollout.list(tx, id));
    return { rollouts: found.map((each) => toWire(summary.summarize(each), each.members)) };
  },
});

function toWire(each: summary.Summary, members?: rollout.StoredRollout["members"]): WireRollout {
  const { startedBy, ...rest } = each;
  const said = { ...rest, next: summary.sayNext(each), "started-by": startedBy };
  if (members === undefined) return said;
  return { ...said, members: members.map((one) => ({ ...one, since: one.since.toString() })) };
}
