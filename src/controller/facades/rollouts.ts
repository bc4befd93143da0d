/** Serves Rollouts. */
import { Rollouts, type WireRollout } from "#contract/rollouts.ts";
import * as model from "#domain/model/model.ts";
import { listHeldUp } from "#domain/rollout/held-up.ts";
import * as rollout from "#domain/rollout/rollout.ts";
import * as summary from "#domain/rollout/summary.ts";
import type { ReadTransaction } from "#store/database.ts";
import { implement } from "../facade.ts";
import { scopeOf } from "../session.ts";

export default implement(Rollouts, {
  async List(session, { id }) {
    const { store } = session.services;
    return store.read(scopeOf(session), async (tx) => {
      const of = await model.get(tx);
      if (id === 0) {
        const summaries = await summary.list(tx);
        return { rollouts: summaries.map((each) => toWire(of, each)) };
      }
      const found = await rollout.list(tx, id);
      return { rollouts: await Promise.all(found.map((each) => toWhole(tx, of, each))) };
    });
  },
});

async function toWhole(tx: ReadTransaction, of: model.Model, each: rollout.StoredRollout) {
  const heldUp = await listHeldUp(tx, each);
  const members = each.members.map((member) => ({
    ...member,
    message: member.message || (heldUp.get(member.id) ?? ""),
  }));
  return toWire(of, summary.summarize(each), members);
}

function toWire(
  of: model.Model,
  each: summary.Summary,
  members?: rollout.StoredRollout["members"],
): WireRollout {
  const { startedBy, ...rest } = each;
  const said = { ...rest, next: summary.sayNext(each, of), "started-by": startedBy };
  if (members === undefined) return said;
  return { ...said, members: members.map((one) => ({ ...one, since: one.since.toString() })) };
}
